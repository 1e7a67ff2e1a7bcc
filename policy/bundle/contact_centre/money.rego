# METADATA
# description: Amounts in words, for supervisors and for customers in their language.
package contact_centre.money

import data.contact_centre.limits

# 3999 as "39.99 USD".
text(minor) := concat(" ", [decimal(minor, "."), limits.currency])

local_text(minor, locale) := concat("", [sign(minor), strings.replace_n(words, pattern)]) if {
	patterns := data.disclosures.money[locale]
	words := {"{number}": size(minor, patterns.decimal), "{currency}": limits.currency}
	pattern := object.get(patterns, limits.currency, patterns.other)
}

decimal(minor, separator) := concat("", [sign(minor), size(minor, separator)])

size(minor, separator) := concat("", [format_int((whole - cents) / 100, 10), separator, padded(cents)]) if {
	is_number(minor)
	minor == round(minor)
	whole := abs(minor)
	whole <= 2147483647
	cents := whole % 100
}

padded(cents) := format_int(cents, 10) if cents > 9

padded(cents) := concat("", ["0", format_int(cents, 10)]) if cents <= 9

sign(minor) := "-" if minor < 0

sign(minor) := "" if minor >= 0
