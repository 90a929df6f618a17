"""What the pocket may know: everyday things with their marks, what to do in small troubles, and what not to mix.

General knowledge only. There is nothing here of medicine, so that a domain starts from nothing.
"""

from collections.abc import Mapping

THINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "animal": {
        "rooster": ("has feathers", "sings at dawn", "wears a red comb", "walks on two legs", "guards the hens"),
        "cat": ("purrs", "has whiskers", "hunts mice", "licks its fur", "sleeps on the sofa"),
        "horse": ("has a mane", "gallops", "wears a saddle", "eats hay", "has hooves"),
        "bee": ("has six legs", "makes honey", "lives in a hive", "hums near flowers", "has a sting"),
        "frog": ("has smooth skin", "croaks", "jumps far", "was once a tadpole", "lives near the pond"),
        "owl": ("hunts at night", "turns its head far", "flies without a sound", "has big round eyes", "hoots"),
        "whale": ("swims in the sea", "breathes air", "weighs many tons", "sings under water", "has a wide tail"),
        "camel": ("walks through the desert", "has a hump", "carries loads", "goes long without water", "spits"),
        "snail": ("carries its house", "leaves a trail of slime", "moves very slowly", "eats lettuce", "likes rain"),
        "beaver": ("gnaws at trees", "builds dams", "has a flat tail", "has orange teeth", "lives in a lodge"),
    },
    "tool": {
        "hammer": ("drives nails", "has a heavy head", "has a claw to pull nails", "swings", "is used by carpenters"),
        "saw": ("has many teeth", "cuts planks", "leaves dust of wood", "moves to and fro", "has a long blade"),
        "spirit level": ("holds a bubble", "shows what is flat", "lies on a shelf", "is a long bar", "helps to build"),
        "shovel": ("digs holes", "moves sand", "has a wide blade", "has a long handle", "clears snow"),
        "screwdriver": ("turns screws", "fits in a slot", "has a thin shaft", "opens the back of a radio", "twists"),
        "anvil": ("is made of iron", "stands in a forge", "bears hard blows", "weighs a lot", "has a horn"),
        "plane": ("smooths wood", "makes curly shavings", "has a blade in its sole", "is pushed", "levels a door"),
        "theodolite": ("measures angles", "stands on three legs", "has a small telescope", "maps land", "turns slowly"),
    },
    "kitchen thing": {
        "kettle": ("boils water", "has a spout", "whistles", "is filled at the tap", "makes tea possible"),
        "whisk": ("beats eggs", "has wire loops", "makes cream stiff", "is held by hand", "mixes air into batter"),
        "colander": ("has many holes", "drains pasta", "lets water run off", "looks like a bowl", "sits in the sink"),
        "rolling pin": ("flattens dough", "is a round bar", "has two handles", "needs flour", "makes thin crust"),
        "toaster": ("browns bread", "has two slots", "pops up", "glows inside", "needs crumbs shaken out"),
        "grater": ("shreds cheese", "has sharp little holes", "stands on four sides", "scrapes carrots", "bites nails"),
        "ladle": ("serves soup", "has a deep bowl", "hangs on a hook", "has a long bent handle", "pours slowly"),
        "mortar": ("holds spices", "works with a pestle", "is made of stone", "crushes seeds", "has a round hollow"),
    },
    "kind of weather": {
        "fog": ("hides the hills", "slows the cars", "hangs over the river", "is grey and low", "lifts by noon"),
        "hail": ("falls as balls of ice", "dents roofs", "rattles on windows", "comes with storms", "melts soon"),
        "drought": ("dries the wells", "cracks the soil", "lasts for months", "brings no rain", "browns the grass"),
        "thunderstorm": ("flashes", "rumbles", "brings dark clouds", "frightens the dogs", "pours down"),
        "frost": ("whitens the lawn", "comes on clear nights", "draws on glass", "harms buds", "bites the fingers"),
        "blizzard": ("drives snow", "howls", "blocks the roads", "blinds travellers", "buries fences"),
        "heat wave": ("melts the tar", "fills the beaches", "empties the streets", "lasts many days", "tires all"),
        "rainbow": ("shows seven colours", "needs sun and rain", "bends over the sky", "fades", "has no end"),
    },
    "sport": {
        "tennis": ("needs a racket", "has a net", "is scored by sets", "starts with a serve", "uses a yellow ball"),
        "chess": ("has a king", "is played on squares", "uses a clock", "ends in mate", "needs much thought"),
        "rowing": ("uses oars", "is done backwards", "needs a boat", "follows a cox", "takes place on a river"),
        "archery": ("uses a bow", "has a target", "needs a steady hand", "counts rings", "has feathered arrows"),
        "fencing": ("needs a mask", "uses a foil", "has touches", "begins with a salute", "is fought on a strip"),
        "curling": ("slides stones", "uses brooms", "is played on ice", "aims at a house", "needs sweeping"),
        "judo": ("wears a belt", "throws the rival", "is done on mats", "begins with a bow of the head", "has holds"),
        "cricket": ("has wickets", "uses a flat bat", "lasts for days", "has overs", "pauses for tea"),
    },
    "trade": {
        "baker": ("rises early", "kneads dough", "smells of bread", "heats an oven", "sells rolls"),
        "tailor": ("measures cloth", "sews seams", "pins sleeves", "cuts patterns", "mends coats"),
        "mason": ("lays bricks", "mixes mortar", "uses a trowel", "builds walls", "cuts stone"),
        "farmer": ("ploughs fields", "sows wheat", "drives a tractor", "milks cows", "watches the harvest"),
        "miller": ("grinds grain", "is white with flour", "needs wind or a stream", "fills sacks", "dresses stones"),
        "cooper": ("makes barrels", "bends staves", "fits hoops", "chars oak", "works for the wine maker"),
        "glazier": ("cuts glass", "fits windows", "uses putty", "carries panes", "fears stones"),
        "pilot": ("flies planes", "reads many dials", "talks to the tower", "wears a cap", "lands softly"),
    },
    "instrument": {
        "violin": ("has four strings", "is held under the chin", "needs a bow", "leads the orchestra", "is of spruce"),
        "drum": ("is beaten with sticks", "keeps time", "has a skin", "is round", "shakes the floor"),
        "flute": ("is blown from the side", "is made of silver", "has keys", "sounds high", "has no reed"),
        "piano": ("has black and white keys", "has pedals", "stands on wheels", "holds hammers", "fills a wall"),
        "harp": ("is plucked", "is very tall", "has many strings", "leans on the shoulder", "sounds like water"),
        "zither": ("lies flat on the table", "has a finger board", "comes from the hills", "is plucked", "rings"),
        "bagpipes": ("has a bag", "drones", "is squeezed by the arm", "leads a march", "comes with a kilt"),
        "trombone": ("has a slide", "is made of brass", "sounds low", "needs strong lips", "reaches far forward"),
    },
    "vehicle": {
        "tram": ("runs on rails in the street", "rings a bell", "takes current from a wire", "stops often", "is long"),
        "bicycle": ("has two wheels", "has pedals and a chain", "needs no fuel", "leans in curves", "has a bell"),
        "tractor": ("has huge rear wheels", "pulls a plough", "is slow on the road", "smells of diesel", "is muddy"),
        "ferry": ("crosses the water", "carries cars", "has a ramp", "leaves by a timetable", "blows a horn"),
        "submarine": ("dives", "has a periscope", "hides under the waves", "has thick hatches", "runs silent"),
        "sledge": ("glides on snow", "has runners", "is pulled by dogs", "goes downhill", "has no wheels"),
        "balloon": ("floats in the air", "has a basket", "burns gas", "drifts with the wind", "is made of silk"),
        "crane": ("lifts beams", "turns on a tower", "has a hook", "has a long arm", "stands at a building site"),
    },
}
"""Kind, then name, then marks as verb phrases in the third person."""

ACTIONS: Mapping[str, str] = {
    "A pan of oil burns on the stove": "put the lid on and turn off the heat",
    "Water drips from the ceiling": "close the main tap and place a bucket",
    "The car will not start and its lamps are dim": "charge the battery",
    "A bicycle tyre is flat": "find the hole and patch the tube",
    "The bread dough does not rise": "move the dough to a warmer place",
    "The kitchen smells of gas": "open the windows and touch no switch",
    "The plant has dry and hanging leaves": "water the plant in the evening",
    "The door squeaks": "oil the hinges",
    "The soup is too salty": "add water and a raw potato",
    "The fuse blows when the oven starts": "run fewer machines on one line",
    "The boat takes in water": "plug the leak and bail",
    "The clock runs slow": "shorten the pendulum",
    "The saw sticks in the wood": "wax the blade and widen the cut",
    "The tent sags in the rain": "tighten the ropes",
    "The chimney gives smoke into the room": "open the damper and sweep the flue",
    "A hiker has lost the path in fog": "stay in place and blow a whistle",
    "The printer pulls two sheets at once": "fan the paper and load it again",
    "The paint forms bubbles": "let the wall dry and paint again",
}
"""A trouble, and the first thing to do."""

CLASHES: Mapping[str, str] = {
    "bleach": "vinegar",
    "candles": "dry straw",
    "apples": "potatoes",
    "wet sand": "the new varnish",
    "magnets": "old tapes",
    "salt": "bare iron",
    "fresh paint": "open windows with dust",
    "petrol": "a lit stove",
    "hot glass": "cold water",
    "cheese": "strong soap",
    "snow boots": "the white carpet",
    "quick lime": "rain water",
}
"""What must be kept apart, with the reason left to the reader."""
