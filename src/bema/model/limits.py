"""Every bound of the server, with its unit and its reason: what has no limit here does not exist."""

# Requests
BODY_BYTES = 1_048_576  # a JSON or form body: a post with four descriptions in four-byte scripts is under 40 kB
HEAD_BYTES = 65_536  # a request line with all its headers: browsers with many cookies send 16 kB
HEAD_SECONDS = 30  # in which the head of a request must have come, once connected or once it began
BODY_SECONDS = 600  # in which a body must have come: the largest picture over a line of 30 kB a second
UPLOAD_BYTES = 17_825_792  # a multipart body: the largest picture, and a mebibyte for the words that come with it
QUERY_BYTES = 16_384  # a query string: 40 ids of `relationships` are 1 kB
KEPT_PAGES = 200  # pages for strangers that are kept as written, some 13 MB
COMPRESS_BYTES = 1_024  # an answer shorter than this goes as it is: it fits one packet
UPLOAD_FILES = 8  # files in one form: four pictures, an avatar and a header
RATE_COUNTERS = 100_000  # people and addresses counted at a time; when more ask, all start anew
HEADER_TOKEN_CHARACTERS = 512  # a bearer token as it arrives: ours are 43, the rest is refused unread
NESTING_DEPTH = 32  # levels in a JSON body: entities of the API nest four deep
PARAMETERS = 1_000  # pairs in a form or query: Elk asks for hundreds of list members
PARAMETER_CHARACTERS = 65_536  # characters of one parameter: as many as a post has bytes

# Pages of lists
PAGE_DEFAULT = 20  # items: what Mastodon answers when no limit is named
PAGE_MAX = 40  # items of a timeline or of statuses: Mastodon's maximum, more is clamped
PEOPLE_PAGE_DEFAULT = 40  # items of a list of accounts
PEOPLE_PAGE_MAX = 80  # items of a list of accounts: Mastodon's maximum
NOTIFICATIONS_PAGE_MAX = 80  # items: what Ivory asks for
UNREAD_COUNT_DEFAULT = 100  # unread notifications that are counted: what Mastodon counts when no limit is named
UNREAD_COUNT_MAX = 1_000  # unread notifications that are counted at the most, as on Mastodon
MULTI_GET_IDS = 40  # ids of a multi-get or of relationships; what comes after is not read

# Posts
POST_CHARACTERS = 500  # graphemes of text plus warning, links counted as 23
POST_TEXT_BYTES = 65_536  # bytes of one post's text: graphemes can be long
LINK_CHARACTERS = 23  # what a link counts, whatever its length
POST_ATTACHMENTS = 4  # pictures of a post
POST_MENTIONS = 50  # people a post addresses: more is a nuisance, and fan-out is bounded by it
POST_TAGS = 30  # hashtags of a post that are indexed
MARKS_IN_A_ROW = 30  # combining marks on one letter (UAX #15, stream-safe text): sorting n of them takes n² steps
REMOTE_HTML_CHARACTERS = 131_072  # of a post or profile from elsewhere: twice what a text of ours can become
REMOTE_HTML_TAGS = 4_000  # in such HTML: the cost of unwrapping nested elements grows with the square of their number
POST_EDITS = 100  # kept versions of one post
PINNED_POSTS = 5  # posts pinned to a profile, as on Mastodon
THREAD_ANCESTORS = 40  # posts above, shown to the logged out
THREAD_DESCENDANTS = 60  # posts below, shown to the logged out
THREAD_DEPTH = 20  # levels below, shown to the logged out
THREAD_ANCESTORS_SIGNED_IN = 4_096  # posts above, as on Mastodon
THREAD_DESCENDANTS_SIGNED_IN = 4_096  # posts below, as on Mastodon
IDEMPOTENCY_KEY_CHARACTERS = 255  # a client's key: a UUID is 36
IDEMPOTENCY_SECONDS = 3_600  # how long a repeated key gives the first post, as on Mastodon

# Accounts
USERNAME_CHARACTERS = 30  # a-z, 0-9 and underscore
DISPLAY_NAME_CHARACTERS = 30  # graphemes
PROFILE_GRAPHEME_BYTES = (
    16  # on average, in a profile: each page of posts carries its authors'; a family of four has 25
)
NOTE_CHARACTERS = 500  # graphemes of a profile's text
PROFILE_FIELDS = 4  # name and value pairs on a profile
FIELD_CHARACTERS = 255  # graphemes of a field's name or value
PRIVATE_NOTE_CHARACTERS = 2_000  # graphemes of what one notes about another
PORTRAIT_DESCRIPTION_CHARACTERS = 1_500  # graphemes of what an avatar or header is described with, as of other pictures
LANGUAGE_CHARACTERS = 35  # of a language tag (BCP 47): what RFC 5646 says suffices
FAMILIAR_FOLLOWS = 1_000  # the newest of one's follows that are compared with others' followers: some 2 µs each
FAMILIAR_FOLLOWERS = 40  # shown of those whom one follows and who follow an account too: two pages of faces
FOLLOW_LANGUAGES = 40  # languages that one wants to read of somebody: more than anybody does
FOLLOWS_BASE = 7_500  # accounts one follows before having as many followers, as on Mastodon
MUTE_SECONDS_MAX = 31_536_000 * 10  # the longest mute that ends by itself
EMAIL_CHARACTERS = 320  # RFC 3696: 64 + @ + 255
LEAVING_AT_ONCE = 50  # posts, follows or files of a deleted account removed in one transaction: some 20 ms

# Timelines
HOME_ENTRIES = 800  # newest entries kept per account; older pages are read from the posts of those one follows
HOME_EARLIER_BOOSTS = (
    50  # earlier boosts of a post that a new one is compared with: bounds the cost of what is boosted most
)
FANOUT_FOLLOWERS = 10_000  # an author with more is merged when a home is read: each home written to is a page of disk

FILTERED_ENTRIES = 5_000  # entries that a filter looks through for a page; one that fits none must not read a whole tag
TAG_HISTORY_DAYS = 7  # days of a tag's use that are told, as on Mastodon
TAGS_FOLLOWED = 1_000  # tags that one account follows: each costs a row for every post that has it
TAG_CHARACTERS = 200  # of a tag's name: longer ones are no words
FOLLOWED_TAGS_PAGE_DEFAULT = 100  # followed tags: what Mastodon answers when no limit is named
FOLLOWED_TAGS_PAGE_MAX = 200  # followed tags: Mastodon's maximum
TAGS_PER_FILTER = 4  # tags in each of any, all and none, as on Mastodon

LIVELY_POSTS = 400  # newest public posts among which the square's lively posts, tags and people are looked for

# What the server says about itself
COUNTED_SECONDS = 300  # how old the numbers may be that the server tells of itself: counting them grows with it
INSTANCE_SECONDS = 5  # how old the encoded description of the server may be
PEERS = 10_000  # known servers that are listed: some 200 kB
ACTIVITY_WEEKS = 12  # weeks of activity that are told, as on Mastodon

# Search
SEARCH_TEXT_CHARACTERS = 65_536  # of a text that are indexed: as many as a post has bytes
SEARCH_TOKENS = 2_000  # different tokens of one text; a post of 500 graphemes has at most as many
SEARCH_TOKEN_CHARACTERS = 64  # of one token; what is longer is found by its beginning
SEARCH_TERMS = 16  # tokens of a query that are looked for: each costs a walk through an index

SEARCH_CANDIDATES = 500  # matches that are looked at before the best or newest are chosen: some milliseconds
SEARCH_KEPT_POSTS = 500  # newest favourites, and bookmarks, that are searched whoever wrote them
SEARCH_PAGE_MAX = 40  # results of one kind: Mastodon's maximum
SEARCH_OFFSET_MAX = 400  # how far down results can be paged
SEARCH_REINDEXED_POSTS = 10_000  # of somebody who lets all search them from now on; some 2 seconds
SEARCH_QUERY_CHARACTERS = 500  # of a query that are read

# Event log and its readers
EVENT_BATCH = 200  # events that a reader takes in one transaction
EVENT_ROWS = 20_000  # changed rows after which such a transaction ends early: others write meanwhile, some 60 ms
EVENT_ERROR_CHARACTERS = 4_000  # kept of the error of a fact or task that failed: a trace with its last frames
EVENT_POLL_MILLISECONDS = 250  # how soon a reader looks by itself for what other processes wrote
EVENT_TROUBLE_MILLISECONDS = 3_000  # before a reader tries again what failed: a database that is down fills no log
TASK_ATTEMPTS = 12  # tries of an effect before it is given up and shown to the operator
TASK_BACKOFF_SECONDS = 15  # before the first repetition; doubles each time
TASK_BACKOFF_SECONDS_MAX = 21_600  # between two tries, at the most: six hours
TASK_LEASE_SECONDS = 600  # how long a taken task is left alone; longer than any attempt may take
TASKS_AT_ONCE = 16  # tasks that are performed at the same time: they wait for others' servers
RUNNER_STOP_SECONDS = 10  # how long a stopping server waits for tasks under way, as uvicorn does for requests

# Store
WRITE_QUEUE = 2_000  # waiting write operations of one process; more are refused with 503
WRITE_BATCH = 100  # operations under one durable commit: keeps the longest wait short
READ_THREADS = 4  # connections that read, per process
READ_QUEUE = 1_000  # waiting read operations of one process; more are refused with 503
POSTGRES_WRITERS = 8  # connections that write, per process
KNOWN_ROWS = 20_000  # rows kept as long as the database does not change; some 40 MB with the longest posts
READ_HERE_STEPS = 200_000  # SQLite's steps of one statement on the event loop, some 5 ms; longer ones move to a thread
WRITE_RETRIES = 5  # repetitions of an operation that PostgreSQL broke off (deadlock, serialisation)

# OAuth and sessions
APP_NAME_CHARACTERS = 200  # as shown on the consent page
APP_REDIRECTS = 10  # redirect URIs of an app
URL_CHARACTERS = 2_000  # any address that a client gives us
SCOPES_CHARACTERS = 2_000  # a scope string: all scopes of Mastodon together are 900
CODE_SECONDS = 600  # life of an authorisation code
CODE_KEPT_SECONDS = 86_400  # how long a used code is remembered, so that its second use still revokes the token
SESSION_SECONDS = 31_536_000  # a browser session ends a year after it was last used
TOKEN_TOUCH_SECONDS = 3_600  # how exactly "last used" is kept: a write an hour, not a write a request

# Passwords and second factors
PASSWORD_CHARACTERS_MIN = 8  # characters of a new password: NIST SP 800-63B's lower bound
PASSWORD_CHARACTERS_MAX = 256  # characters: a long passphrase fits, and hashing stays independent of length
PASSWORD_THREADS = 2  # passwords hashed at the same time: 19 MiB and 50 ms of a core each
PASSWORD_QUEUE = 32  # waiting for a thread: 35 hashes on two cores are a second; more are refused with 429
PASSWORD_RETRY_SECONDS = 5  # what those are told to wait
SIGN_IN_WINDOW_SECONDS = 900  # in which failed passwords are counted
SIGN_IN_FAILURES = 20  # wrong passwords for one login in a window: 1,920 guesses a day find no password that was chosen
SIGN_IN_FAILURES_PER_ADDRESS = 60  # wrong passwords from one network in a window: a school shares one address
SECOND_STEP_SECONDS = 600  # to find the phone after the password was right
SECOND_STEP_WINDOW_SECONDS = 3_600  # in which wrong codes are counted
SECOND_STEP_FAILURES = 10  # wrong codes for one login in a window: three codes of a million are right at a time
RESET_SECONDS = 3_600  # life of the link that sets a new password
CONFIRMATION_SECONDS = 604_800  # life of the link that confirms an address
LETTERS_WINDOW_SECONDS = 3_600  # in which letters that somebody asked for are counted
LETTERS_ASKED_FOR = 5  # such letters to one login in a window: nobody's mailbox is flooded through us
USER_AGENT_CHARACTERS = 300  # kept of what a browser calls itself
PASSKEY_NAME_CHARACTERS = 60  # what somebody calls a passkey
PASSKEYS = 20  # of one login: more devices than anybody has
INVITE_CHARACTERS = 64  # of an invitation as it is typed: ours are 11
REASON_CHARACTERS = 2_000  # of why somebody wants to join
TOTP_WINDOW_STEPS = 1  # steps of 30 seconds that a phone's clock may be off, each way
RECOVERY_CODES = 10  # codes given at once: they last for years and fit on a card
PASSKEY_TIMEOUT_SECONDS = 300  # to find the key and touch it, as WebAuthn recommends with user verification
PASSKEY_RESPONSE_BYTES = 65_536  # a browser's answer: 1 to 4 kB, attestation chains included

# News between threads
BUS_WAITING = 256  # messages that wait for one subscriber; one that falls further behind is dropped

# Mail
MAIL_TIMEOUT_SECONDS = 30  # for each step of talking with the mail server
MAIL_SUBJECT_CHARACTERS = 250  # of a subject: well below RFC 5322's line once encoded and folded
MAIL_BYTES = 1_048_576  # text and HTML of one letter: ours are under 50 kB

# Pictures
IMAGE_BYTES = 16_777_216  # of an uploaded picture: as on Mastodon, hence what clients scale down to
PORTRAIT_BYTES = 8_388_608  # of an uploaded avatar or header: as on Mastodon
IMAGE_SIDE = 16_383  # pixels along one side: the most that WebP can say
IMAGE_PIXELS = 33_177_600  # pixels of an uploaded picture (7680x4320): as on Mastodon; 133 MB when decoded
IMAGE_KEPT_PIXELS = 8_294_400  # pixels of the picture as kept (3840x2160): as on Mastodon
IMAGE_SMALL_PIXELS = 230_400  # pixels of the preview (640x360): as on Mastodon
JPEG_SCANS = 100  # passes over a JPEG's picture: ten are usual, and each takes 10 ms of a core for the largest
ANIMATION_PIXELS = 921_600  # pixels of one frame of an animation (1280x720): as on Mastodon for GIF
ANIMATION_FRAMES = 500  # frames of an animation: 20 seconds at 25 a second
ANIMATION_WORK_PIXELS = 200_000_000  # pixels of all frames together: 2 seconds of a core to look at each
ANIMATION_BLOCKS = 200_000  # parts of a GIF's file: three times what 16 MiB in whole blocks have
PORTRAIT_WORK_PIXELS = (
    24_000_000  # pixels of all frames of an animated avatar (150 frames): 1.5 seconds of a core to write
)
AVATAR_SIDE = 400  # pixels of a kept avatar: as on Mastodon
AVATAR_SMALL_SIDE = 120  # pixels of an avatar beside a post, on a dense screen
HEADER_WIDTH = 1_500  # pixels of a kept header: as on Mastodon
HEADER_HEIGHT = 500  # pixels of a kept header
HEADER_SMALL_WIDTH = 600  # pixels of a header on a card
HEADER_SMALL_HEIGHT = 200  # pixels of a header on a card
MEDIA_DESCRIPTION_CHARACTERS = 1_500  # graphemes of what a picture of a post is described with, as on Mastodon
IMAGE_THREADS = 2  # pictures in work at the same time: each may need 300 MB while it lasts
IMAGE_QUEUE = 16  # uploads waiting for a thread; more are refused with 429
IMAGE_RETRY_SECONDS = 10  # what those are told to wait

# Stored media
ORPHAN_SECONDS = 86_400  # how long a file waits for its post, and the file of a deleted post for its redraft
ORPHANS_AT_ONCE = 10  # expired files that are cleared away with each new one: more than come
BLOB_CHUNK_BYTES = 262_144  # of a stored file that are in memory at once while it is sent
# Asking other servers
FETCH_SECONDS = 15  # from the question to the last byte, lookup and redirects included: a stuck server holds nobody longer
FETCH_BYTES = 1_048_576  # of a document, after decompression: as Mastodon for JSON and pages
FETCH_ERROR_BYTES = 16_384  # kept of an answer that says no: enough for its reason
FETCH_REDIRECTS = 4  # followed for one question: from http to https to www to the language, and one to spare
FETCH_HEADERS = 128  # headers of an answer
FETCH_HEADER_BYTES = 16_384  # of one header: content security policies of large sites have 8 kB
FETCH_AT_ONCE = 64  # connections to others at a time, per process
FETCH_AT_ONCE_PER_HOST = 4  # connections to one host at a time: what is stuck there leaves room for others
FETCH_KEEP_SECONDS = 20  # an idle connection is kept: deliveries come in bursts
FETCH_RESOLVER_THREADS = 8  # names looked up at the same time: a dead name server holds each for some 10 seconds

