"""Every bound of the server, with its unit and its reason: what has no limit here does not exist."""

from bema.model.federation_limits import *  # noqa: F403 - these and those of files stand apart,
from bema.model.media_limits import *  # noqa: F403 - and are limits like the others

# Requests
BODY_BYTES = 1_048_576  # a JSON or form body: a post with four descriptions in four-byte scripts is under 40 kB
HEAD_BYTES = 65_536  # a request line with all its headers: browsers with many cookies send 16 kB
HEAD_SECONDS = 30  # in which the head of a request must have come, once connected or once it began
BODY_SECONDS = 600  # in which a body must have come: the largest picture over a line of 30 kB a second
BODY_BYTES_A_SECOND = 65_536  # at the least, of bodies that cannot come in that time: 99 MiB take 27 minutes
UPLOAD_BYTES = 121_634_816  # a multipart body: the largest video and its preview, and a mebibyte for the words with it
UPLOADS_AT_ONCE = 24  # bodies over a mebibyte that come or are worked on at once, per process: 3 GB of disk at most
UPLOADS_AT_ONCE_EACH = 5  # of one account: the four files of a post, and one more
UPLOAD_RETRY_SECONDS = 10  # what those are told to wait who find no place
QUERY_BYTES = 16_384  # a query string: 40 ids of `relationships` are 1 kB
KEPT_PAGES = 200  # pages for strangers that are kept as written, some 13 MB
COMPRESS_BYTES = 1_024  # an answer shorter than this goes as it is: it fits one packet
UPLOAD_FILES = 8  # files in one form: four pictures, an avatar and a header
RATE_COUNTERS = (
    131_072  # people and addresses counted at a time, in 2 MiB; when more ask, whoever asked least is forgotten
)
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
THREAD_LOOKED_AT = 600  # posts below, level by level, among which the logged out are shown the first
THREAD_ANCESTORS_SIGNED_IN = 4_096  # posts above, as on Mastodon
THREAD_DESCENDANTS_SIGNED_IN = 4_096  # posts below, as on Mastodon
POLL_OPTIONS_MIN = 2  # options of a poll
POLL_OPTIONS = 4  # options of a poll, as on Mastodon
POLL_OPTION_CHARACTERS = 50  # graphemes of an option, as on Mastodon
POLL_OPTION_BYTES = 1_024  # bytes of an option: each page with the post carries them, and graphemes can be long
POLL_SECONDS_MIN = 300  # for which a poll is open at the least, as on Mastodon
POLL_SECONDS_MAX = 2_629_746  # at the most: a month, as on Mastodon
SCHEDULED_SECONDS_MIN = 300  # how far ahead a post is scheduled at the least, as on Mastodon
SCHEDULED_SECONDS_MAX = 157_680_000  # at the most: five years
SCHEDULED_POSTS = 300  # posts that one account has waiting, as on Mastodon
SCHEDULED_POSTS_A_DAY = 25  # of these, falling due on one day (UTC), as on Mastodon
THREAD_POSTS = 10  # posts that are written and published together, each an answer to the one before
DRAFTS = 100  # of one account
DRAFT_BYTES = 131_072  # of one: two texts of the largest size, or a thread of usual ones; an account's fill 13 MB
UNDO_SECONDS = (0, 5, 10, 20, 30, 60)  # in which a post can be taken back before anybody sees it, as its author chooses
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
ATTRIBUTION_DOMAINS = 10  # whose pages may name an account as their author, as on Mastodon
PRIVATE_NOTE_CHARACTERS = 2_000  # graphemes of what one notes about another
PORTRAIT_DESCRIPTION_CHARACTERS = 1_500  # graphemes of what an avatar or header is described with, as of other pictures
LANGUAGE_CHARACTERS = 35  # of a language tag (BCP 47): what RFC 5646 says suffices
FAMILIAR_FOLLOWS = 1_000  # the newest of one's follows that are compared with others' followers: some 2 µs each
FAMILIAR_FOLLOWERS = 40  # shown of those whom one follows and who follow an account too: two pages of faces
FOLLOW_LANGUAGES = 40  # languages that one wants to read of somebody: more than anybody does
FOLLOWS_BASE = 7_500  # accounts one follows before having as many followers, as on Mastodon
DIRECTORY_OFFSET_MAX = 10_000  # how far down the directory can be paged: nobody leafs further, and each step is walked
SUGGESTION_FRIENDS = 60  # newest of one's follows among whose follows suggestions are looked for
SUGGESTION_FRIENDS_FOLLOWS = 40  # newest follows of each of them: with these, 2,400 rows, some 5 ms
SUGGESTION_RECENT = 10  # newest of one's follows whose tags are looked at
SUGGESTION_TAGS = 20  # of these tags
SUGGESTION_TAG_USES = 1_000  # uses of these tags, by person and day
SUGGESTION_MOST_FOLLOWED = 400  # of those whom most people follow that are looked at
SUGGESTION_CANDIDATES = 200  # for each reason, among whom those are left out who are blocked, refused and so on
REFUSED_SUGGESTIONS = 10_000  # that are remembered: more than anybody refuses by hand
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
HISTORY_COUNTED = 1_000  # people, each day anew, from which on a tag's use is not counted at each question: 0.2 ms
HISTORY_KEPT_MILLISECONDS = 60_000  # for which it then is told as it was
HISTORIES_KEPT = 2_000  # tags and links that are used so much, at a time; some 2 MB
TAGS_FOLLOWED = 1_000  # tags that one account follows: each costs a row for every post that has it
FEATURED_TAGS = 10  # tags that an account shows on its profile, as on Mastodon
FEATURED_TAGS_SUGGESTED = 10  # of those that one used lately, as on Mastodon
FEATURED_TAGS_LOOKED_AT = 1_000  # newest uses of tags, by day, among which they are found
TAG_CHARACTERS = 200  # of a tag's name: longer ones are no words
FOLLOWED_TAGS_PAGE_DEFAULT = 100  # followed tags: what Mastodon answers when no limit is named
FOLLOWED_TAGS_PAGE_MAX = 200  # followed tags: Mastodon's maximum
TAGS_PER_FILTER = 4  # tags in each of any, all and none, as on Mastodon

# Announcements
ANNOUNCEMENTS = 20  # that are shown at a time: nobody reads more
ANNOUNCEMENT_CHARACTERS = 5_000  # graphemes of an announcement
ANNOUNCEMENT_REACTIONS = 8  # different reactions to one, as on Mastodon
REACTION_CHARACTERS = 64  # code points of a reaction: a family has 11, a shortcode 30

# Policy documents
POLICY_DOCUMENTS = 40  # of a server: nobody reads more
POLICY_BYTES = 2_097_152  # of one version in all its languages: a long book chapter in four of them
POLICY_CLAUSES = 400  # of one version: a thick contract
POLICY_CLAUSE_CHARACTERS = 20_000  # of a clause, a hint or a preamble in one language: four pages and more
POLICY_TITLE_CHARACTERS = 200  # of a document's title in one language
POLICY_LANGUAGES = 40  # of one version
POLICY_VERSIONS = 200  # newest versions of a document that are listed: weekly changes for four years
POLICY_APPROVALS = 5  # people whom the enforcement policy can ask for: one proposes, the others agree
ANSWER_DAYS = 7  # for which a proposal waits for others where the enforcement policy says nothing else
ANSWER_DAYS_MAX = 60  # that it can say: what nobody answers for longer is no proposal
POLICY_COMMENT_CHARACTERS = 5_000  # graphemes of what somebody says about a proposal
POLICY_COMMENTS_EACH = 10  # things that one account says about one proposal
CONSULTATION_DAYS_MAX = 365  # for which people are asked about a proposal

# Lists
LISTS = 50  # of one account, as on Mastodon
LIST_TITLE_CHARACTERS = 256  # graphemes of a list's name, as on Mastodon
LIST_MEMBERS = 5_000  # of one list; all of them at once are 6 MB
LIST_ENTRIES = 800  # newest entries kept per list, as of a home
COLLECTIONS = 10  # of one account, as on Mastodon
COLLECTION_ITEMS = 25  # accounts in one, as on Mastodon: a recommendation is read by people
COLLECTION_NAME_CHARACTERS = 40  # graphemes, as on Mastodon
COLLECTION_DESCRIPTION_CHARACTERS = 100  # graphemes, as on Mastodon
COLLECTIONS_PAGE_DEFAULT = 40  # collections when no limit is named, as on Mastodon
COLLECTIONS_PAGE_MAX = 80  # collections at the most: with their items 160 kB
OFFSET_MAX = 10_000  # collections that can be left out: whoever is in more pages no further
LIST_MERGED_POSTS = 40  # at least, of each new member when many are added at once: each is a row to be read

# Filters
FILTERS = 100  # of one account
FILTER_TITLE_CHARACTERS = 256  # graphemes of a filter's name, as on Mastodon
FILTER_KEYWORDS = 500  # of all filters of one account: looking for them in a post takes 0.2 ms
FILTER_KEYWORD_CHARACTERS = 512  # graphemes of one keyword, as on Mastodon
FILTER_POSTS = 1_000  # named by all filters of one account: they are held in memory
FILTER_SECONDS_MAX = 31_536_000 * 10  # the longest filter that ends by itself
FILTERED_POSTS = 800  # looked at for a page of which filters hide much: as many as a home has, some 15 ms
FILTER_MATCHERS = 2_000  # accounts whose filters are kept ready, some 20 MB
BLOCKED_DOMAINS = 2_000  # of one account: more are a matter for the server
BLOCKED_DOMAIN_TIES = 100  # follows looked through in one transaction when a domain was blocked: some 30 ms if all end
BLOCKED_DOMAINS_PAGE_DEFAULT = 100  # blocked domains: what Mastodon answers when no limit is named
BLOCKED_DOMAINS_PAGE_MAX = 200  # blocked domains: Mastodon's maximum

LIVELY_POSTS = 400  # newest public posts among which the square's lively posts, tags and people are looked for

# Reports, decisions and the door
REPORT_CHARACTERS = 1_000  # of what somebody writes to a report: Mastodon's default
REPORT_POSTS = 100  # posts of a report: each is copied as it was seen
REPORT_RULES = 100  # rules that a report or decision names: more than a server has
REASONS_CHARACTERS = 10_000  # of the reasons for a decision: some four pages
FACTS_CHARACTERS = 5_000  # of what was found: as the European database of such statements takes
LAW_CHARACTERS = 500  # of the name of a law: as there
TERRITORIES = 60  # countries that a decision names: more than Europe has
WORDS_CHARACTERS = 500  # of a note beside a post, or a warning over it: as a post
PROVISIONAL_SECONDS = 86_400  # for which a decision of one person is in force that needs two
STAFF_SHOWN = 200  # people of the staff on the page of roles
SERVER_RECORDS = 500  # of what was decided about other servers that are given out at once: some 500 kB
CASE_DRAFT_BYTES = 65_536  # of what somebody means to decide in a case: its facts and reasons, in any script
LATELY_SECONDS = 1_209_600  # for which the desk shows what nobody answered: two weeks
CASE_REPORTERS = 3  # people who reported the same: their case is looked at sooner
UNDECIDED = 100  # decisions that wait for others and are shown at once: a day's work
CASE_REPORTS = 50  # reports of a case that are shown, the first: those after say the same
COLLEAGUES = 200  # of the staff that a case can be given to from its page
CASE_HISTORY = 20  # earlier decisions about the same account that are shown beside a case
QUICK_SECONDS = 7_776_000  # back in time that the desk looks for decisions that are not as they should be: a quarter
QUICK_FINDINGS = 20  # of each kind that the desk of the staff names
CASES_PAGE = 40  # cases of a page: two screens
CASE_NOTES = 200  # newest notes of a case that are shown
CASE_NOTE_CHARACTERS = 2_000  # of a note of the staff to a case: as to a measure
STAFF_PAGE_DEFAULT = 100  # items of a list for the staff, as on Mastodon
STAFF_PAGE_MAX = 200  # items of a list for the staff: Mastodon's maximum
COMMENT_CHARACTERS = 2_000  # of a note to a measure against a domain or network
DOMAIN_CHARACTERS = 253  # of a domain's name: RFC 1035
PUBLIC_MEASURES = 10_000  # measures against domains that are listed for all: some 2 MB
DOMAIN_ACCOUNTS_AT_ONCE = 500  # accounts of a domain that a measure reaches in one transaction: some 20 ms
NETWORKS_CLOSED = 10_000  # networks without access that are looked through at each request: some 1 ms
NETWORKS_SECONDS = 5  # how old the list of these may be
STAFF_ADDRESSES = 50  # addresses of somebody's devices that the staff is shown
MEASURED_DAYS = 92  # days that a figure for the staff is drawn for: a quarter; counting grows with what was posted
COHORT_DAYS = 366  # days of joining that are followed: a year, by months
FIGURES_AT_ONCE = 20  # figures that are asked for at a time: as many as there are
DIMENSION_ROWS = 50  # rows of a figure's table
DIMENSION_POSTS = 20_000  # newest posts in the time asked for that a table is counted from

# What the server says about itself
COUNTED_SECONDS = 300  # how old the numbers may be that the server tells of itself: counting them grows with it
INSTANCE_SECONDS = 5  # how old the encoded description of the server may be
PEERS = 10_000  # known servers that are listed: some 200 kB
PEERS_FOUND = 10  # servers that a search for their names finds, as on Mastodon
ACTIVITY_WEEKS = 12  # weeks of activity that are told, as on Mastodon

# Search
SEARCH_TEXT_CHARACTERS = 65_536  # of a text that are indexed: as many as a post has bytes
SEARCH_TOKENS = 2_000  # different tokens of one text; a post of 500 graphemes has at most as many
SEARCH_TOKEN_CHARACTERS = 64  # of one token; what is longer is found by its beginning
SEARCH_TERMS = 16  # tokens of a query that are looked for: each costs a walk through an index
SEARCH_AUTHORS = 4  # people that one query can name, wanted or not: each is looked up
SEARCH_SPANS = 4  # spans of time that a query leaves after those that it leaves out: each is searched by itself
SEARCH_CANDIDATES = 500  # matches that are looked at before the best or newest are chosen: some milliseconds
SEARCH_WALK = 1_000  # newest posts with the first letters of a half-typed word that are looked at for the rest: 8 ms
SEARCH_WINDOW = (
    5_000  # newest posts that are gone through for a query that only says what is not wanted; some milliseconds
)
SEARCH_SPARE = 5  # matches more than are wanted that are looked at first: of nearly all posts the index tells rightly
SEARCH_KEPT_POSTS = 500  # newest favourites, and bookmarks, that are searched whoever wrote them
SEARCH_PAGE_MAX = 40  # results of one kind: Mastodon's maximum
COMPLETIONS = 6  # suggestions for a word that is being written: as many as are seen at a glance
SEARCH_OFFSET_MAX = 400  # how far down results can be paged
SEARCH_REINDEXED_POSTS = 10_000  # of somebody who lets all search them from now on; some 2 seconds
SEARCH_QUERY_CHARACTERS = 500  # of a query that are read

# Event log and its readers
EVENT_BATCH = 200  # events that a reader takes in one transaction
EVENT_CHANGES = (
    200  # statements that change rows after which such a transaction ends early: whoever writes waits, some 10 ms
)
EVENT_ROWS = 20_000  # changed rows after which such a transaction ends early: others write meanwhile, some 60 ms
EVENT_ERROR_CHARACTERS = 4_000  # kept of the error of a fact or task that failed: a trace with its last frames
EVENT_POLL_MILLISECONDS = 250  # how soon a reader looks by itself for what other processes wrote
EVENT_TROUBLE_MILLISECONDS = 3_000  # before a reader tries again what failed: a database that is down fills no log
TASK_ATTEMPTS = 12  # tries of an effect before it is given up and shown to the operator
TASK_BACKOFF_SECONDS = 15  # before the first repetition; doubles each time
TASK_BACKOFF_SECONDS_MAX = 21_600  # between two tries, at the most: six hours
TASK_LEASE_SECONDS = 600  # how long a taken task is left alone; longer than any attempt may take
TASKS_LOOKED_AT = 1_000  # that are due, to find out whose they are; where more are due, all look by themselves
TASKS_AT_ONCE = 16  # tasks that are performed at the same time: they wait for others' servers
RUNNER_STOP_SECONDS = 10  # how long a stopping server waits for tasks under way, as uvicorn does for requests

# Notifications and web push
GROUP_HOURS = 12  # that one group of notifications spans at the most, as on Mastodon
GROUP_PEOPLE = 8  # of a group that are shown, as on Mastodon
GROUP_COUNTED = 10_000  # notifications of a group that are counted: some 1 ms
NOTIFICATION_GROUPS_DEFAULT = 40  # groups of a page when no limit is named, as on Mastodon
LONG_FOLLOWER_DAYS = 3  # who has followed for less counts as no follower to a policy, as on Mastodon
NEW_ACCOUNT_DAYS = 30  # how long an account counts as new to a policy, as on Mastodon
LETTER_STEPS = 100  # posts above a letter that are looked through for one of its reader's own, as on Mastodon
FILTERED_NOTIFICATIONS = 5_000  # kept aside for one account; what comes then is dropped: its list is made of them all
FILTERED_NOTIFICATIONS_FROM_ONE = 500  # of these, caused by one account
REQUESTS_COUNTED = 100  # requests that a summary counts, as on Mastodon
PUSH_ENDPOINT_CHARACTERS = 2_000  # of a push service's address: browsers' have 200 to 500
PUSH_AUTH_BYTES = 16  # of a device's secret: RFC 8291
PUSH_BODY_CHARACTERS = 140  # of a notification's text, as on Mastodon
PUSH_SECONDS = 10  # for a push service's answer
PUSH_ANSWER_BYTES = 16_384  # of what it says
PUSH_TTL_SECONDS = 172_800  # how long a push service keeps what it cannot deliver, as on Mastodon
PUSH_RETRY_SECONDS_MAX = 86_400  # the longest that a push service may put us off
PUSH_TRYING_SECONDS = 21_600  # how long we try to hand a message to a push service: later it is no news
VAPID_SECONDS = 43_200  # life of a signed permission for one push service: half of what RFC 8292 allows
VAPID_ORIGINS = 1_000  # push services that such permissions are kept for; there are a dozen, and people's own

# Store
WRITE_QUEUE = 2_000  # waiting write operations of one process; more are refused with 503
WRITE_BATCH = 100  # operations under one durable commit: keeps the longest wait short
WRITE_BEHIND_MILLISECONDS = 8  # after which a commit takes up nothing more that nobody waits for
CREW_TURNS = 4  # of so many jobs that threads take, one may be among those that give way
READ_THREADS = 4  # connections that read, per process
READ_QUEUE = 1_000  # waiting read operations of one process; more are refused with 503
POSTGRES_WRITERS = 8  # connections that write, per process
KNOWN_ROWS = 20_000  # rows kept as long as the database does not change; some 40 MB with the longest posts
DESCRIPTORS_KEPT = 1_000  # WebFinger documents kept as they were written, under what they say; some 1 kB each
KNOWN_MILLISECONDS = 1_000  # for which answers that depend on the time are kept, if nothing changes: mutes that end
READ_HERE_STEPS = 200_000  # SQLite's steps of one statement on the event loop, some 5 ms; longer ones move to a thread
WRITE_RETRIES = 5  # repetitions of an operation that PostgreSQL broke off (deadlock, serialisation)

# OAuth and sessions
APP_NAME_CHARACTERS = 200  # as shown on the consent page
APP_REDIRECTS = 10  # redirect URIs of an app
URL_CHARACTERS = 2_000  # any address that a client gives us
SCOPES_CHARACTERS = 2_000  # a scope string: all scopes of Mastodon together are 900
CODE_SECONDS = 600  # life of an authorisation code
CODE_KEPT_SECONDS = 86_400  # how long a used code is remembered, so that its second use still revokes the token
ACCOUNTS_IN_BROWSER = 8  # that are signed in in one browser at once: their cookie has some 350 bytes
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
PROOF_SECONDS = (
    900  # after a proof in which what one signs in with can be changed: to find the phone, set it up, print codes
)
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

# Looking back
ANNUAL_REPORT_POSTS = 100_000  # of an account's year that are counted, the newest: 270 a day
REFRESH_SECONDS = 3_600  # that something is worked out at most; then it was given up, and may be asked for again
REFRESH_RETRY_SECONDS = 2  # after which a client that waits may look again, as on Mastodon

# Live streams
STREAMS = 20_000  # open streams of one process: some 10 kB each
STREAMS_PER_TOKEN = 32  # open streams of one token: a client with many columns that knows nothing of multiplexing
STREAMS_PER_ADDRESS = 512  # open streams to one network: a school shares one address
STREAM_SUBSCRIPTIONS = 100  # streams on one WebSocket: a column for each list and each followed tag
STREAM_MESSAGE_BYTES = 4_096  # of what a client says: the longest tag takes 1 kB
STREAM_MESSAGES = 600  # that a client may send on one WebSocket in a minute: all subscriptions six times over
STREAM_WAITING_BYTES = 262_144  # sent and not yet read: some hundred posts; who falls further behind is dropped
STREAM_FACTS = 50  # facts that are told at a time: some 20 ms
STREAM_BEAT_SECONDS = 15  # between heartbeats, as on Mastodon; WebSockets are asked at every second one
STREAM_CHECK_SECONDS = 4  # between looks whether a token may still be used
STREAM_CLOSE_SECONDS = 2  # that a client has to close too, and to read what is under way

# News between threads
BUS_WAITING = 256  # messages that wait for one subscriber; one that falls further behind is dropped

# Cards of linked pages
CARD_LINKS = 20  # of a post among which the first to another server is looked for
CARD_PART_SECONDS = 8  # for what the provider says of a page, and for its picture
CARD_ATTEMPTS = 4  # tries to reach a page before it has no card: a minute and a half apart, all in all
CARD_FRESH_SECONDS = 1_209_600  # a card is asked for anew when it is used again after two weeks, as on Mastodon
CARD_NONE_SECONDS = 86_400  # a page without a card is asked again when it is used a day later
CARD_IMAGE_BYTES = 8_388_608  # of a page's picture, before it is made smaller
CARD_TITLE_CHARACTERS = 300  # graphemes kept of a title
CARD_DESCRIPTION_CHARACTERS = 1_000  # graphemes kept of a description: clients show two lines
CARD_NAME_CHARACTERS = 200  # graphemes kept of the name of an author or provider
CARD_AUTHORS = 5  # authors of a page that are told
CARD_TAGS = 5_000  # tags of a page that are looked at: heads of pages have some hundred
CARD_ATTRIBUTES = 50  # of one tag
CARD_VALUE_BYTES = 8_192  # of an attribute or title
CARD_HTML_CHARACTERS = 20_000  # of a provider's HTML in which the address of a frame is looked for
CARD_NODES = 100  # of a page's JSON-LD
CARD_LATEST_SECONDS = 4_102_444_800  # a page says that it is from before 2100, or nothing

# Trends
TREND_HALF_LIFE_SECONDS = 43_200  # after which a voice weighs half: what was new this morning is old in the evening
TREND_SECONDS = 259_200  # after which a voice counts no more, and its account may count again: three days
TREND_PEOPLE = 3  # different accounts before anything trends: two friends make no trend
TREND_CANDIDATES = 400  # strongest trends of a kind among which a reader's are chosen
TREND_FORGOTTEN = 500  # voices forgotten in one transaction
TRENDS_DEFAULT = 10  # trending tags or pages: what Mastodon answers when no limit is named
TRENDS_MAX = 20  # trending tags or pages: Mastodon's maximum

# Translation
TRANSLATE_SECONDS = 20  # for an answer of the translator: a post of 500 graphemes takes some seconds without a GPU
TRANSLATE_LANGUAGES = 200  # languages of a translator: LibreTranslate has 50
TRANSLATE_LANGUAGES_SECONDS = 86_400  # how old the list of these may be

# Mail
MAIL_TIMEOUT_SECONDS = 30  # for each step of talking with the mail server
MAIL_SUBJECT_CHARACTERS = 250  # of a subject: well below RFC 5322's line once encoded and folded
MAIL_LINE_CHARACTERS = 900  # of a header that is not folded: below the 998 of a line in RFC 5322
MAIL_BYTES = 1_048_576  # text and HTML of one letter: ours are under 50 kB

# Posts by e-mail
EMAIL_ISSUE_SECONDS = 300  # in which an author's posts go into one letter, as on Mastodon
EMAIL_ISSUE_POSTS = 20  # posts of one letter: more begin another
EMAIL_ISSUE_LETTERS = 100  # letters written in one transaction: some 20 ms
EMAIL_POST_CHARACTERS = 5_000  # code points of a post in a letter: ten times what most scripts need
EMAIL_EXCERPT_CHARACTERS = 40  # graphemes of a post that its letter's subject shows
EMAIL_SUBSCRIPTIONS = 50_000  # of one account, confirmed or not: what larger ones need is a newspaper's own mail server
EMAIL_SUBSCRIPTIONS_WAITING = 1_000  # of these, that nobody confirmed: whoever makes up addresses fills no database
EMAIL_SUBSCRIPTIONS_FOLLOWED = 200  # of one address, whose authors are followed when it joins: some 100 ms
EMAIL_SUBSCRIPTION_SECONDS = 604_800  # that an address is kept which nobody confirms, as on Mastodon
EMAIL_SUBSCRIPTION_WINDOW_SECONDS = 86_400  # in which letters that ask to confirm are counted
EMAIL_SUBSCRIPTION_LETTERS = 3  # of these to one address in a window, whoever's posts it is about
EMAIL_SUBSCRIPTION_LETTERS_FROM_ADDRESS = 30  # of these asked for from one network in a window: a school shares one

# The public log
LATENESS_SECONDS = 3_600  # by which a decision that is over may be in force before the audit says so: a restart
WATCH_SECONDS = 60  # between two looks whether an account is kept from readers though no entry tells of it
AUDIT_BATCH = 500  # decisions that are compared with their entries at once
SUBMISSION_BYTES = 73_728  # what a log shows its witness: 63 hashes, and a checkpoint of 64 KiB
LOG_FILE_BYTES = 16_777_472  # of one file of a log: 256 entries of 65,535 bytes, each with its length
TRUST_MONTHS = 12  # months whose decisions are counted apart on the pages about them; what was before is in the sum
LOG_ROTATIONS = 100  # changes of the key of the public log that browsers are told: years of them
APPEAL_WINDOW_SECONDS = 15_811_200  # six months: how long one can object to a decision, and what it took away is kept
APPEAL_DUE_SECONDS = 1_209_600  # two weeks: until when an appeal is to be answered
APPEAL_CHARACTERS = 5_000  # of what somebody says in an appeal, or is told
MEASURED_AT_ONCE = 2_000  # posts or follows that are read at once to measure what an account holds
APPEALS_SHOWN = 200  # open ones on the page of the staff: what is due first
REVIEWERS = 1_000  # people of the staff among whom one is looked for who took no part in a decision
APPEAL_TURNS = 20  # questions and answers in one appeal
TAKEN_AT_ONCE = 1_000  # follows, bookmarks and the like that are read at once for somebody who takes them along
TAKEN_POSTS_AT_ONCE = 40  # posts that are read at once for the same
ARCHIVE_SECONDS = 604_800  # a week: how long the file of all that is somebody's is kept for them
ARCHIVE_EVERY_SECONDS = 604_800  # a week: how often somebody can ask for it, as it can be large
ARCHIVE_FILES_BYTES = 4_294_967_296  # of pictures and recordings in it, the eldest first; a list names those left out
TRUST_REVERSALS = 40  # entries that are named as having ended parts of one decision: one for each post, of most
