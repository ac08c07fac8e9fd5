"""The bounds of pictures, recordings and stored files, with their units and reasons: a part of `limits`."""

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

# Video and sound
VIDEO_BYTES = 103_809_024  # of an uploaded video or sound: as on Mastodon, hence what clients scale down to
VIDEO_PIXELS = 8_294_400  # pixels of a frame (3840x2160): as on Mastodon
VIDEO_SIDE = 8_192  # pixels along one side of a frame: what players can decode
VIDEO_FRAME_RATE = 120  # frames a second of an uploaded video: as on Mastodon
VIDEO_KEPT_FRAME_RATE = 60  # frames a second of a video that is written anew: as on Mastodon
VIDEO_KEPT_PIXELS = 2_073_600  # pixels of a frame that is written anew (1920x1080)
VIDEO_LONG_PIXELS = 921_600  # the same where a video is long (1280x720)
VIDEO_LONGEST_PIXELS = 409_920  # the same where it is very long (854x480)
VIDEO_WORK_PIXELS = 15_000_000_000  # of all frames written anew: some 200 seconds of a core, 4 minutes of 1920x1080
RECORDING_SECONDS = 14_400  # how long a video or sound plays: 99 MiB last four hours at 58 kbit/s
RECORDING_STREAMS = 16  # in one file: pictures, sound, subtitles in several languages
RECORDING_ERRORS = 20  # frames that cannot be decoded before a recording is given up
PREPARING_SECONDS = 480  # in which a recording must be prepared, below the lease of a task
PREPARING_CPU_SECONDS = 600  # of all cores together for one recording
PREPARING_MEMORY_BYTES = 1_610_612_736  # of address space for one recording: 3840x2160 need 700 MB
PREPARING_RESULT_BYTES = 268_435_456  # of the prepared file; most are smaller than what was uploaded
PREPARING_AT_ONCE = 2  # recordings that are prepared at the same time, per process that reads the log
PREPARING_LEASE_SECONDS = 15  # after which another process takes up what one that died was preparing
PREPARING_WAITING = 100  # recordings that wait in all: 10 GB of disk at most; more are refused with 503
PREPARING_WAITING_EACH = 8  # recordings of one account that wait: two posts of four
PREPARING_RETRY_SECONDS = 30  # what those are told to wait who bring more
PREPARING_LOOK_SECONDS = 0.25  # between two looks whether it is ready
PREPARING_WAIT_SECONDS = 50  # how long the pages and the older way of uploading wait for it, below what proxies allow

# Stored media
ORPHAN_SECONDS = 86_400  # how long a file waits for its post, and the file of a deleted post for its redraft
UNCLAIMED_SECONDS = 86_400  # after which a stored file is deleted that no row came to know, as its process died
ORPHANS_AT_ONCE = 10  # expired files that are cleared away with each new one: more than come
BLOB_CHUNK_BYTES = 262_144  # of a stored file that are in memory at once while it is sent
