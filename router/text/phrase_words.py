"""Words of which the search for phrases knows what they do to a phrase beside them, in it, or as one."""

from router.text.folding import fold
from router.text.misspellings import CONTRACTIONS

# As people read them; accents and apostrophes make no difference.
NEGATIONS = (
    "no", "not", "never", "deny", "denies", "denied", "denying", "don't have", "don't have any", "doesn't have",
    "doesn't have any", "didn't have", "didn't have any", "no sign of", "no signs of", "have no",
    "sin", "niega", "niego", "nunca", "ningún", "ninguna", "no tengo", "no tiene", "no hay", "no siento",
)  # fmt: skip
NEGATORS = frozenset(tuple(fold(words).replace("'", "").split()) for words in NEGATIONS)
LONGEST_NEGATOR = max(len(words) for words in NEGATORS)
# A phrase that begins with one of these is negative itself.
NEGATIVE_WORDS = """
no not never cant couldnt dont doesnt didnt wont wouldnt isnt arent unable without nothing nobody sin nunca nadie
"""
NEGATIVE = frozenset(NEGATIVE_WORDS.split())
# A text may have them within a phrase that doesn't.
LIGHT_WORDS = """
a am an are be been being even feel feels felt get gets getting got had has have her his is it its just kinda look looks
my our really so still such super that the their very was were
el esta estan estoy la las los mi muy su sus tan un una
"""
LIGHT = frozenset(LIGHT_WORDS.split())
# What people write for `kill myself` is also a unit, after a number or one of these.
UNITS = frozenset({"kms"})
AMOUNT_WORDS = """
few hundred how many of per several some the these those
cuantos pocos unos varios
"""
AMOUNTS = frozenset(AMOUNT_WORDS.split())
# Too common for a phrase to be looked for by.
COMMON_WORDS = """
a able about afraid all am an and any anymore are at baby be been better can day do end feel felt for from get give go
going got had has have he her here his home hope husband i if im in is it its ive just keep left life like live lost
make me my myself need no not of off on or out over point problem reason right see she should so still take that the
their think thinking this to too took trouble up want wants was we went will with without would you your
al como con de del el en es esta estoy ha la las lo los mi mis muy para por que se si su tengo tiene un una y ya
"""
COMMON = frozenset(COMMON_WORDS.split())
# Of two words perhaps, so that no phrase is looked for by them if it has another one.
JOINED = frozenset(CONTRACTIONS.values())
