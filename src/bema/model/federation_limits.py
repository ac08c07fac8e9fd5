"""The bounds of what is asked of other servers, told to them and heard from them: a part of `limits`."""

# Asking other servers
FETCH_SECONDS = (
    15  # from the question to the last byte, lookup and redirects included: a stuck server holds nobody longer
)
FETCH_BYTES = 1_048_576  # of a document, after decompression: as Mastodon for JSON and pages
FETCH_ERROR_BYTES = 16_384  # kept of an answer that says no: enough for its reason
FETCH_REDIRECTS = 4  # followed for one question: from http to https to www to the language, and one to spare
FETCH_HEADERS = 128  # headers of an answer
FETCH_HEADER_BYTES = 16_384  # of one header: content security policies of large sites have 8 kB
FETCH_HEAD_BYTES = 65_536  # of all headers together
FETCH_AT_ONCE = 64  # connections to others at a time, per process
FETCH_AT_ONCE_PER_HOST = 4  # connections to one host at a time: what is stuck there leaves room for others
FETCH_KEEP_SECONDS = 20  # an idle connection is kept: deliveries come in bursts
FETCH_KEPT = 2_048  # idle connections that are, per process: to as many servers a burst finds the way open
FETCH_NEXT_ADDRESS_SECONDS = (
    0.25  # after which another address of a host is tried beside one that says nothing (RFC 8305)
)
FETCH_ADDRESSES = 4_096  # addresses that stay read: the same inboxes are told again and again
FETCH_RESOLVER_THREADS = 8  # names looked up at the same time: a dead name server holds each for some 10 seconds

# Delivering to other servers
DELIVERIES_AT_ONCE = 96  # servers that are delivered to at a time, per process, of those that took what they got last,
DELIVERIES_UNPROVEN = 64  # and of all others, who have places of their own: who is stuck is in nobody's way
DELIVERIES_TAKEN = 20  # things that are brought to a server before others have their turn
DELIVERIES_PER_PEER = 3  # of them at the same time, where the last one was taken
DELIVERY_CONNECTIONS = 512  # for deliveries, per process: more than can be under way, so that nobody waits for one
DELIVERY_NAMES = 8_192  # hosts whose addresses are remembered: a name server that is slow holds up no post
DELIVERY_NAMES_SECONDS = 600  # that they are
DELIVERY_RESOLVER_THREADS = 32  # names looked up at the same time, besides those of `FETCH_RESOLVER_THREADS`
DELIVERY_SECONDS = 15  # for one of them, with its answer: Mastodon answers at once, slow ones within five
DELIVERY_BEGIN_SECONDS = 30  # while a server is held, the next is begun
DELIVERY_LEASE_SECONDS = 60  # that a server is held: the last one ends before
DELIVERY_LINGER_MILLISECONDS = 20  # that what was delivered waits to be written down together
DELIVERY_POLL_MILLISECONDS = 500  # how soon is looked for what fell due
DELIVERY_DIGESTS_KEPT = 64  # accounts whose followers stay summed up in memory: a post goes to many servers at once
DELIVERY_RETRY_SECONDS = 30  # before the first repetition; doubles each time
DELIVERY_RETRY_SECONDS_MAX = 43_200  # between two tries: half a day
DELIVERY_TRIES = 20  # of one thing, whatever the clock says
DELIVERY_REFUSALS = 4  # tries where a server says that it does not know us: keys take a while to arrive
DELIVERY_SECONDS_MAX = 259_200  # after which nobody waits for it any more: three days
DELIVERY_KEPT_SECONDS = 604_800  # that what was given up is kept for the operator: a week
DELIVERY_CONCERNED = 1_000  # inboxes that hear of a deletion because somebody there had to do with the post
SPREAD_ABOVE = 1_000  # people to whom something goes at once; to more, it is written down bit by bit
SPREAD_PART = 300  # inboxes that are written down in one transaction: others write some 10 ms later, at most
SPREAD_PAGE = 10_000  # inboxes that are looked up at a time, by who reads
POLL_TOLD_SECONDS = 180  # after a vote until other servers are told how many there are, as on Mastodon
DELIVERY_GONE = 100  # followers who end at once where an inbox is gone
PEER_FAILURES = 5  # in a row after which a server is left alone for a while
PEER_CLOSED_SECONDS = 1_800  # that it is left alone first: half an hour; doubles each time
PEER_CLOSED_SECONDS_MAX = 43_200  # between two looks whether it is there again: half a day
PEER_DEAD_SECONDS = 604_800  # of failing after which nothing is delivered until it is heard of: a week, as on Mastodon
PEER_WAIT_SECONDS_MAX = 86_400  # that a server can ask us to wait
PEER_HEARD_SECONDS = 3_600  # how exactly is known when a server was heard of
PEER_FORGOTTEN_SECONDS = 604_800  # after which a server that nobody is known of is forgotten
PEERS_AT_ONCE = 500  # that are looked through in one transaction
PEER_TIDY_SECONDS = 3_600  # between two looks what can be forgotten
DOMAIN_LIST = 50_000  # domains of a list that is imported or exported: the longest that are passed round have 15,000
DOMAIN_LIST_BYTES = 8_388_608  # of such a list
DOMAIN_LIST_KEPT_SECONDS = 2_592_000  # that is kept what came of a list: a month
DOMAIN_LIST_EXAMPLES = 20  # of its entries that are no domains, for the staff to see
DOMAIN_LISTS_SHOWN = 5  # lists whose progress is shown
DOMAIN_LIST_AT_ONCE = 50  # of its domains that are decided about in one transaction
BROUGHT_LINES = 20_000  # of a list that somebody brings from another server: as on Mastodon
BROUGHT_BYTES = 4_194_304  # of such a list: 20,000 addresses of posts are 2 MB
BROUGHT_LINE_CHARACTERS = 2_048  # of each of its lines: the longest addresses, and room for the title of a list
BROUGHT_NAME_CHARACTERS = 100  # of the name of its file
BROUGHT_AT_ONCE = 20  # of its lines that are carried out in one transaction, and for whom others are asked together
BROUGHT_ENDED_AT_ONCE = 25  # follows, blocks and the like that are ended in one transaction, where a list replaces all
BROUGHT_UNFINISHED = 8  # lists that somebody brings and that are not worked off: one of each kind, and two more
BROUGHT_SHOWN = 10  # lists whose progress is shown
BROUGHT_PREVIEW = 10  # lines that are shown before one says yes
BROUGHT_UNSAID_SECONDS = 86_400  # a day: how long a list waits for a yes
BROUGHT_KEPT_SECONDS = 604_800  # a week: how long somebody can see what came of a list
BROUGHT_TROUBLE_SECONDS = 300  # during which a server that did not answer is not asked for the next of a list
RELAYS = 20  # of one server: more bring the same again
RELAYED_A_MINUTE = 60  # new posts that are taken from one relay: who reads a public timeline reads fewer
RELAYED_SECONDS = 172_800  # how old they may be: what relays bring is news, or was down for a weekend
SEVERED_AT_ONCE = 200  # follows with a server that end, or come back, in one transaction
SEVERED_LISTED = 100_000  # in a list of whom somebody lost: more than any one server's people follow somebody here
PEERS_WANTED_KEPT = 4_096  # servers of which is remembered, per process, what they want of a signature
PEERS_SHOWN = 50  # other servers on one page for the operators
PEER_ERROR_CHARACTERS = 300  # kept of what went wrong

# What other servers are told
TOLD_PAGE = 20  # items of a page: as on Mastodon
TOLD_PEOPLE = 40  # people of a page, who are told by their addresses alone
ANSWERS_LOOKED_AT = 600  # answers to a post among which those of its own author are looked for
QUOTE_REQUESTS = 500  # that wait for the word of one person: nobody decides on more
QUOTE_REQUESTS_EACH = 10  # of one asker to one person, so that nobody fills the list of another
LEAVES_ASKED = 200  # answers, and as many boosts, of one person that wait for the word of authors elsewhere
QUOTE_LEAVES_EACH = 10_000  # to quote posts of this server, that one account elsewhere has: three a day for nine years
SYNCHRONIZED_FOLLOWERS = 10_000  # of one account elsewhere, who are told and compared: a megabyte, 10 ms of hashing

# What other servers say
REMOTE_BYTES = 1_048_576  # of an activity or document, as Mastodon
REMOTE_DEPTH = 24  # levels of JSON: an Accept of a Follow of an actor with pictures has six
REMOTE_ENTRIES = 200  # of one list in a document that are read: whom a post goes to, its tags
REMOTE_FILES = 16  # of a post: as Mastodon keeps
REMOTE_MENTIONS = 100  # people that a post names
REMOTE_EMOJIS = 50  # custom emojis of a post or profile
REMOTE_FIELDS = 16  # rows of a profile's table: servers offer 4 to 16
REMOTE_CHOICES = 100  # that a poll offers: servers allow 4 to 50
REMOTE_NAME_CHARACTERS = 200  # graphemes of a name, and of a word that is shown as one
REMOTE_USERNAME_CHARACTERS = 100  # bridges make long ones out of domains
REMOTE_WARNING_CHARACTERS = 2_000  # graphemes of a warning
REMOTE_TITLE_CHARACTERS = 300  # graphemes of the title of an article or video
REMOTE_EXCERPT_CHARACTERS = 500  # graphemes of its text that are shown with it
REMOTE_ALT_CHARACTERS = 10_000  # of what a picture is described with: others allow more than we do
REMOTE_COMMENT_CHARACTERS = 3_000  # of a report from elsewhere
REMOTE_BLURHASH_CHARACTERS = 128  # of a blurhash: nine by nine components have 166, ours 36
REMOTE_COUNT = 2_147_483_647  # the highest number that another server can say of itself and be stored
REMOTE_MEMBERS = 100  # of one page of a collection that are read
REMOTE_KEY_CHARACTERS = 4_096  # of a public key: RSA of 8192 bits has 1,420

# Keys and signatures of servers
SIGNING_KEYS_KEPT = 2_000  # keys of ours that stay parsed: some 10 kB each
PUBLIC_KEYS_KEPT = 4_000  # keys of others that stay parsed: some 3 kB each
PUBLIC_KEY_CHARACTERS = 4_096  # of a public key as PEM: RSA of 8,192 bits has 1,500
RSA_BITS_MIN = 1_024  # of a key: smaller ones can be broken; a few old servers have this
RSA_BITS_MAX = 8_192  # of a key: a signature of larger ones takes a millisecond to verify
PEER_SECONDS = 10  # for a document or the answer of WebFinger, redirects included: somebody may wait for it
PEER_FAILED_SECONDS = 300  # in which what did not come is not asked for again
PEERS_FAILED_KEPT = 10_000  # addresses that this is remembered of: some 5 MB
FINGER_BYTES = 65_536  # of an answer of WebFinger: large ones have 3 kB
ASKERS_AT_ONCE = 16  # keys that are fetched at a time for questions that wait for it; more are refused with 503
ASKERS_AT_ONCE_EACH = 4  # of them from servers under one registered name
ASKERS_KEPT = 2_000  # keys of servers that only read here, in memory: some 2 MB
ASKERS_KEY_SECONDS = 3_600  # in which such a key is used without asking for it again
PROVEN_KEPT = 64  # activities with a proof in them that are kept while they go out to many servers: some 200 kB
KEY_FRESH_SECONDS = 300  # after which a key that does not fit may be asked for again: its owner may have another by now
SIGNATURE_CHARACTERS = (
    8_192  # of a header about a signature: one by the largest key, with all that it covers, has 3,000
)
SIGNATURE_PARTS = 32  # parts of a request that a signature covers: servers cover two to eight
SIGNATURE_AHEAD_SECONDS = 3_600  # that the clock of who signed may be ahead, as on Mastodon
SIGNATURE_AGE_SECONDS = 43_200  # in which what was signed must have come, as on Mastodon
NEW_SERVERS_EACH = (
    200  # servers under one registered name that become known in a day: large hosters have fewer new ones
)
NEW_SERVERS_SECONDS = 86_400  # that day
REMOTE_FRESH_SECONDS = 86_400  # after which somebody's document is read again when they are heard of: as Mastodon
REMOTE_EARLIEST = 946_684_800_000  # 2000-01-01T00:00Z, in milliseconds: nothing that is brought here is older
REMOTE_JOINED = 200  # posts that waited for one they answer and are joined with it at once; the rest stay apart
REMOTE_COMPLAINED_OF = 5  # people whom one report from elsewhere makes reports about

# The inbox
INCOMING = 50_000  # activities that wait to be worked through, of all servers: some 200 MB
INCOMING_OF_HOST = 2_000  # of one server; more are refused with 503, and come again
INCOMING_UNPROVEN = 200  # of servers under one registered name whose keys are not known yet
INCOMING_LOOKED_AT = 10_000  # of what is due, among which each server has its turn; some 10 ms
INCOMING_TAKEN = 64  # that are worked on at a time, per process that reads the log
INCOMING_TAKEN_UNPROVEN = 32  # of them from whom nobody knows yet: whose servers may hang, all of them
INCOMING_TAKEN_OF_HOST = 16  # of them from one server
INCOMING_WRITES = (
    8  # acts that wait for the writer at a time: whoever waits for an answer waits behind no more than them
)
INCOMING_LEASE_SECONDS = 180  # after which what a dead process had taken is taken up again
INCOMING_ROUNDS = 12  # things that are fetched for one activity: a boost, its author, whom they answer
INCOMING_ATTEMPTS = 8  # tries before an activity is given up
INCOMING_BACKOFF_SECONDS = 30  # before the first repetition; four times as long each time
INCOMING_BACKOFF_SECONDS_MAX = 43_200  # between two tries: half a day
INCOMING_KEPT_SECONDS = 604_800  # that what was given up is kept for the operator: a week
REMOTE_FILE_BYTES = 16_777_216  # of a file of another server that is kept here: as of our own pictures
REMOTE_PASSED_BYTES = 2_000_000_000  # of a file of another server that is passed on in parts: two hours of film
REMOTE_PASSED_PART = 1_048_576  # of it that are fetched at once: a reader holds one in memory
REMOTE_PASSED_AT_ONCE = 32  # files that are passed on at a time, per process: 32 MiB of memory
REMOTE_PASSED_EACH = 6  # of them to one address, or /64: a household that watches; eight have to be slow to fill all
REMOTE_PASSED_KNOWN = 1_000  # of which it is remembered for a while what they are: some 500 kB
REMOTE_PASSED_STALL_SECONDS = 60  # in which a reader must take a part: who pauses asks again
REMOTE_FILES_AT_ONCE = 8  # that are fetched at a time, per process: 128 MiB of memory at most
REMOTE_FILE_RETRY_SECONDS = 600  # before one that could not be had is asked for again
REMOTE_FILE_TOUCH_SECONDS = 86_400  # how exactly is known when somebody last looked at one
REMOTE_FILES_FORGOTTEN = 200  # that are forgotten in one transaction
FILL_PROFILE_POSTS = 20  # newest posts of somebody that are fetched when they are first followed: a page
FILL_SECONDS = 60  # for which one thread is followed up or down
FILL_ABOVE = 100  # posts upwards
FILL_BELOW = 500  # posts downwards, of one look
FILL_PAGES = 100  # pages of answers of one look
FILL_PAGES_EACH = 5  # pages of the answers to one post
REPLIES_YOUNG_SECONDS = 300  # before which answers to a post are not looked for: they come by themselves
REPLIES_AGAIN_SECONDS = 900  # between two looks for the answers to a post: as Mastodon
EXPIRED_AT_ONCE = 50  # posts or people that expire in one transaction
TIDY_SECONDS = 600  # between two looks for what may go
MOVED_AT_ONCE = 50  # people who follow somebody to a new account in one transaction
ALIASES = 10  # other accounts that somebody says are theirs, too
MOVE_AGAIN_SECONDS = 2_592_000  # before somebody moves again: a month, as on Mastodon
INCOMING_UNPROVEN_OF_ALL = (
    2_000  # of all servers whose keys are not known yet: whoever has many names makes us ask many
)
POLL_AGAIN_SECONDS = 180  # between two readings of an open poll elsewhere that people here look at: as Mastodon
POLL_FINAL_SECONDS = 120  # after the end of a poll elsewhere before its numbers are read again: the last votes come in
REACTION_KINDS = 50  # different emojis with which one post is reacted to; what comes after them is a plain favourite
REACTIONS_EACH = 5  # of one person to one post; on most servers it is one
FILL_NAMED = 10  # people named by one post who are fetched if nobody here knows them
UNDERSTOOD_SECONDS = 172_800  # that activities are known again: longer than a signature holds

# Readers by e-mail, for the staff
EMAIL_AUTHORS_SHOWN = 40  # authors on a page, each with how many have their posts
EMAIL_READERS_SHOWN = 80  # addresses on a page
EMAIL_READERS_REMOVED = 2_000  # addresses that are forgotten in one transaction: some 20 ms
