"""Receiving: what people of other servers say and do here, under the same rules as everybody's, and never beyond their own.

Whoever speaks was proven by a signature before; here is judged what they may speak about. What is missing is asked for
(`Lacking`), fetched outside, and the whole is done again: one act is one transaction.
"""
