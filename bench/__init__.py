"""Repeatable loads: how much processor time, memory and disk the server takes, beside the budgets it must keep."""
