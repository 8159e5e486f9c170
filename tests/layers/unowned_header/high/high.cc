  # include <stranger/stranger.h>
