"""The shapes that texts and numbers in entries of the public log may have: what has another is refused.

An entry is for ever, so that there is no room in it for anything that could be somebody's name, address or words.
"""

from typing import Annotated

from msgspec import Meta

Word = Annotated[str, Meta(pattern=r"^[a-z][a-z_]{0,39}\Z")]
Clause = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}(@[1-9][0-9]{0,8})?\Z")]  # its id, and which version of it
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}\Z")]  # the name of a document
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
Pseudonym = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Moment = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\Z")]
Origin = Annotated[str, Meta(pattern=r"^[a-z0-9.:\[\]-]{1,255}/log\Z")]
Key = Annotated[str, Meta(pattern=r"^[a-z0-9.:\[\]/-]{1,300}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}\Z")]
Signature = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{86}==\Z")]
Count = Annotated[int, Meta(ge=0, lt=1 << 53)]  # what every reader of JSON can hold
