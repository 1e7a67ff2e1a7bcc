"""What secrets look like in a message, in five languages; the group `secret` or `second` is what must go."""

import re

_IS = r"(?:[ \t]*(?:is|was|are|=|:|-|->|es|era|son|ist|lautet|war|est|etait|était|hai|है|का|ka)[ \t:=]*){1,2}"
_CARD_CODE = (
    r"\b(?:cvv2?|cvc2?|csc|cid|security code|card code|card verification (?:code|number|value)|"
    r"c[oó]digo de seguridad|sicherheitscode|pr[uü]f(?:nummer|ziffer)|kartenpr[uü]fnummer|code de s[eé]curit[eé]|"
    r"cryptogramme|सीवीवी|सुरक्षा कोड)(?: (?:on|of|for) (?:the|my) (?:back|card))?"
)
_AFTER_CARD = (
    r"\[card number removed\][\s,;/-]{0,4}"
    r"(?:(?:exp\w*|valid\w*)?[\s:]{0,2}\d{1,2} ?[/-] ?\d{2,4}[\s,;]{0,4})"
    r"(?:and |y |und |et )?(?:cvv|cvc)?[\s:]{0,2}"
)
_WORD = (
    r"\b(?:pass ?word|pass ?phrase|pass ?code|passwd|pwd|passwort|kennwort|contrase[nñ]a|clave|mot de passe|mdp|"
    r"pasword|paswad|senha|login password)|(?:पासवर्ड)"
)
_FOR_WHAT = r"(?: (?:for|to|of|von|para|de|pour) [^\n:=]{1,30}?)?"
_NO_VALUE = (
    r"(?!(?:not|no|n't|wrong|incorrect|invalid|expired|lost|locked|blocked|forgotten|correct|right|fine|ok|okay|too|"
    r"very|still|never|always|being|been|really|the|a|an|my|your|this|that|there|what|why|how|where|weak|compromised|"
    r"rejected|reset|changed|unknown|missing|broken|same|needed|required|and|but|or|for|to|in|on|it|kya|bhool|galat|"
    r"nahi|nahin|incorrecta?|equivocad[oa]|correct[oa]|falsch|gesperrt|vergessen|abgelaufen|nicht|abgelehnt|richtig|"
    r"weg|pas|oubli[eé]|perdu|incorrecte|expir[eé]|bloqu[eé]|faux|refus[eé]|olvidad[oa]|bloquead[oa]|caducad[oa]|"
    r"क्या|भूल|गलत|नहीं|working|accepted|gone|supposed|[?!.,]|\[)(?![\w@#$%^&*-]))"
)
_NO_VALUE_HINDI = r"(?!(?:kya|bhool|bhul|galat|yaad|nahi|reset|change|kaise|kaam|क्या|भूल|गलत|याद|नहीं|बदल)\w*)"
_PIN = (
    r"\b(?:(?:my|the|card|atm|bank|debit card|credit card|phone|mi|meine?|mon|mera|meri)[ \t]+)?"
    r"(?:pin(?:[ -]?(?:code|number|nummer|nr))?|geheimzahl|code secret|पिन)"
    r"(?: (?:for|of|de|von|pour) (?:my|the|mi|la|ma) \w{1,20})?"
)
_POSTAL = r"pincode(?:[ \t:.-]|no|number|hai|is){0,3}\d{6}(?!\d)"
"""A postal code in India, which is called that in one word and has six digits."""
_NATIONAL = (
    r"\b(?:ssn|social security(?: number)?|sozialversicherungsnummer|num[eé]ro de s[eé]curit[eé] sociale|"
    r"aadhaar|aadhar|आधार)(?: (?:number|nummer|card|नंबर))?"
)
_KEY = (
    r"\b(?:sk|pk|rk|ghp|gho|xox[abp]|glpat|AKIA)[-_][A-Za-z0-9_-]{16,200}|\bAKIA[A-Z0-9]{16}\b|"
    r"\beyJ[\w-]{10,800}\.[\w-]{10,800}\.[\w-]{10,800}"
)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


BANK_ACCOUNT = _compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")
"""What may be an IBAN; its check digits decide."""

SECRETS = (
    (
        "security_code",
        _compile(
            rf"(?:{_CARD_CODE}(?:{_IS}|[ \t]*))(?P<secret>\d{{3,4}})(?!\d)|{_AFTER_CARD}(?P<second>\d{{3,4}})(?!\d)"
        ),
    ),
    ("password", _compile(rf"(?:{_WORD}){_FOR_WHAT}{_IS}[\"'`«“]?{_NO_VALUE}(?P<secret>[^\s\"'`»”]{{3,64}})")),
    ("password", _compile(rf"(?:{_WORD}) {_NO_VALUE_HINDI}(?P<secret>(?=\S*[\d!@#$%^&*_])\S{{4,64}}) (?:hai|है)")),
    ("pin", _compile(rf"(?!{_POSTAL}){_PIN}(?:{_IS}|[ \t]+)(?P<secret>\d{{4,8}})(?!\d)")),
    ("national_id", _compile(r"(?<![\w-])(?P<secret>(?!000|666|9\d\d)\d{3}-\d{2}-\d{4})(?![\w-])")),
    ("national_id", _compile(rf"{_NATIONAL}(?:{_IS}|[ \t]+)(?P<secret>\d(?:[ -]?\d){{8,14}})(?!\d)")),
    ("access_key", re.compile(rf"(?P<secret>{_KEY})")),
)
"""Kind of secret and where it stands, in the order in which they are looked for."""
