"""What customers say to an offer that would keep them: taken, turned down, or that they do not leave at all."""

import re

from agents.retention.reasons import normalise

AGREEING = (
    "yes",
    "yeah",
    "sure",
    "ok",
    "okay",
    "gladly",
    "sí",
    "si",
    "claro",
    "vale",
    "ja",
    "gern",
    "gerne",
    "klar",
    "oui",
    "volontiers",
    "bien sûr",
    "हाँ",
    "हां",
    "जी",
    "ठीक है",
    "haan",
    "han",
    "ji",
    "theek hai",
)
"""Words at the start of an answer that take the offer, whatever kind words follow."""
ACCEPTING = (
    "take it",
    "take the",
    "take that",
    "take your",
    "accept",
    "i'll stay",
    "i will stay",
    "sounds good",
    "go for the",
    "acepto",
    "acepta",
    "me quedo",
    "tomo la oferta",
    "tomo el",
    "cojo la",
    "cojo el",
    "quiero la oferta",
    "nehme ich",
    "nehm ich",
    "nehm das",
    "nehme das",
    "nehme es",
    "nehme den",
    "nehme ihr",
    "ich bleibe",
    "bleibe ich",
    "einverstanden",
    "nehme ich an",
    "nehme doch",
    "j'accepte",
    "je reste",
    "je prends",
    "d'accord",
    "je veux bien",
    "मंज़ूर",
    "मंजूर",
    "ले लूँगा",
    "ले लूंगा",
    "ले लूँगी",
    "ले लूंगी",
    "ले लेता",
    "ले लेती",
    "रुक जा",
    "manzoor",
    "manjoor",
    "le lunga",
    "le lungi",
    "le leta",
    "le leti",
    "le hi le",
)
REFUSING = (
    "no",
    "not",
    "don't",
    "won't",
    "can't",
    "cancel",
    "leave",
    "leaving",
    "never",
    "close",
    "end",
    "terminate",
    "quit",
    "but",
    "cancelar",
    "cancele",
    "baja",
    "nunca",
    "terminar",
    "irme",
    "cerrar",
    "pero",
    "nicht",
    "nein",
    "kein",
    "keine",
    "kündigen",
    "kündige",
    "trotzdem",
    "gehen",
    "beenden",
    "aber",
    "ne",
    "pas",
    "non",
    "n'accepte",
    "résilier",
    "annuler",
    "partir",
    "arrêter",
    "mais",
    "नहीं",
    "मत",
    "नही",
    "रद्द",
    "बंद",
    "ख़त्म",
    "खत्म",
    "nahi",
    "nahin",
    "mat",
    "band",
    "khatam",
)
# fmt: on
_NO_OFFERS = re.compile(
    r" (?:no|without|skip|spare me|don't want|do not want|keep) (?:(?:more|other|special|your|the|any) )*"
    r"(?:offers?|discounts?|deals?|promotions?|sales pitch\w*|upsell\w*) "
    r"| (?:don't|do not|stop|no|without) (?:try(?:ing)? to |you )?"
    r"(?:sell(?:ing)?|offer(?:ing)?|pitch(?:ing)?|talk(?:ing)? me (?:into|out of))"
    r"| (?:sin|ninguna|no quiero|nada de|ahórrese) (?:(?:más|otra|ninguna|las|sus) )*"
    r"(?:ofertas?|descuentos?|promoci\w+) "
    r"| no (?:me|intente|intenten|trate) (?:ofrezca\w*|venda\w*|vender\w*|ofrecer\w*|convencer\w*|haga\w* ofertas?)"
    r"| (?:keine?|ohne|sparen sie sich) (?:(?:weiteren?|anderen?|die|ihre) )*(?:angebote?|rabatte?|aktion\w*) "
    r"| (?:nichts|nicht) (?:anbieten|verkaufen|aufschwatzen|umstimmen)"
    r"| (?:sans|aucune|pas d'|pas de|épargnez-moi) ?(?:(?:autre|vos) )?(?:offres?|remises?|promos?|promotions?) "
    r"| (?:rien|pas|ne) (?:me |m'|à |à me )*(?:vendre|proposer|proposez|vendez|convaincre)"
    r"| (?:koi )?(?:offer|discount) (?:mat|nahi|nahin|na)|(?:कोई )?(?:ऑफ़र|ऑफर|छूट) (?:मत|नहीं|न )"
    r"|bechne ki koshish (?:mat|na)|बेचने की कोशिश (?:मत|न )"
)
"""How people say that they want to hear no offer."""
_AFTER_ALL = re.compile(
    r"(?:offer|discount|percent|%|deal)|(?:oferta|descuento|por ?ciento)|(?:angebot|rabatt|prozent)"
    r"|(?:offre|remise|réduction|pour ?cent)|(?:ऑफ़र|ऑफर|छूट|डिस्काउंट|प्रतिशत|chhoot|pratishat)"
)
"""What an offer is called by those who come back to it."""


_STAYS = re.compile(
    r" (?:don't|do not|didn't|did not|not|never) (?:want(?:ed)? to |going to |gonna |trying to )?"
    r"(?:cancel\w*|leav\w+|quit|close) (?:anything |it |that )?"
    r"| no (?:quiero|quería|queria|voy a)? ?(?:cancel\w*|darme de baja|irme|dar de baja)"
    r"| (?:will |möchte |wollte )?(?:doch |ja |ich )*(?:gar |auch |noch |bitte |doch )*nicht (?:mehr )?kündigen"
    r"| (?:veux|voulais|souhaite|compte)? ?(?:pas|plus) (?:du tout )?(?:résilier|partir)| ne résiliez (?:rien|pas)"
    r"| (?:band|cancel) (?:mat|nahi|na) (?:kar\w*)?|(?:बंद|रद्द) (?:मत|नहीं|न) (?:कर\S*)? "
)
"""How people say that they do not want to leave."""
_BUT_GOOD = re.compile(r" (?:aber|but|mais|pero) (?=(?:gut|ok|okay|gern|schön|good|nice|bon|bien) )")
_PRICE = re.compile(r"(?<![\w-])\d{1,4}[.,]\d{2}(?!\d)")
_WANTED = re.compile(
    r" (?:yeah|yes|ok|okay|fine|good|great|deal|sure|please|want|give me|get|take|works|course|natürlich|gut|gern\w*"
    r"|bitte|nehm\w*|will ich|möchte|passt|klingt|bleib\w*|claro|vale|bien|quiero|dame|deme"
    r"|prefiero|quedo|supuesto|bon|prends?|veux|voudrais|sûr|parfait"
    r"|reste|theek|thik|chahiye|laga\w*|lun\w+|ठीक|चाहिए|लूँगा|लूंगा|लूँगी|लूंगी|लगा\S*) "
)
_ALONE = re.compile(
    r" (?:the |el |la |den |das |le |cette |votre )?(?:offer|discount|deal|oferta|descuento|angebot|rabatt|offre|remise"
    r"|réduction|ऑफ़र|ऑफर|छूट|डिस्काउंट|discount wala|offer wala)(?: (?:please|por favor|bitte|natürlich|then|svp))? "
)
"""The offer named and nothing else: that is what is wanted."""


def declines_offers(words: str) -> bool:
    """Whether words ask for no offers."""
    return _NO_OFFERS.search(normalise(words)) is not None


def takes_up_offer(words: str) -> bool | None:
    """True where words come back to an offer and take it ("I'll take the discount after all"), else None."""
    asks = "?" in words or declines_offers(words)
    return True if not asks and _AFTER_ALL.search(normalise(words)) and accepts_offer(words) else None


def accepts_offer(words: str) -> bool:
    """Whether words beyond a plain yes take an offer; with any sign of a no in them they do not.

    Who names the offer, or its price, and says nothing against it, takes it. Not to want to leave is no sign of a no.
    """
    said = _BUT_GOOD.sub(" ", _STAYS.sub(" ", normalise(words)))
    refused = any(f" {mark} " in said for mark in REFUSING)
    agreed = re.match(rf" (?:(?:oh|ah|ach|um|uh|euh|äh|eh|hmm?|अं|अच्छा|achha|well|ok) )*(?:{'|'.join(AGREEING)}) ", said)
    named = _AFTER_ALL.search(said) is not None or _PRICE.search(words) is not None
    taken = agreed is not None or any(mark in said for mark in ACCEPTING)
    taken = taken or (named and _WANTED.search(said) is not None) or _ALONE.fullmatch(said) is not None
    return taken and not refused and "?" not in words


def refuses_offer(words: str) -> bool:
    """Whether words have a sign of a no in them, or of leaving."""
    said = normalise(words)
    return any(f" {mark} " in said for mark in REFUSING)


def stays(words: str) -> bool:
    """Whether words say that their customer does not want to leave."""
    return _STAYS.search(normalise(words)) is not None
