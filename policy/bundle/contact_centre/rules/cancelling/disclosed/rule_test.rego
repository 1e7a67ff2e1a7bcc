package contact_centre.rules.cancelling.disclosed_test

import data.contact_centre.rules.cancelling.disclosed
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in disclosed.report with input as document with data.revision as sample.revision
}

obligations(document) := answer if answer := disclosed.obligation with input as document with data.revision as sample.revision

in_locale(locale) := sample.put(sample.cancellation, {"/conversation/locale": locale})

final_bill(amount) := sample.put(sample.cancellation, {"/resource/subscriptions/items/0/cancellation/final_bill_minor": amount})

test_customers_may_cancel if effects(sample.cancellation) == {"allow"}

test_date_and_final_bill_are_disclosed if {
	obligations(sample.cancellation) == {{
		"type": "disclose",
		"text": "Your service ends on March 31, 2026. Your final bill is $39.99.",
	}}
}

test_they_are_disclosed_in_the_customers_language if {
	every locale, text in {
		"es": "Su servicio termina el 31 de marzo de 2026. Su última factura es de $39.99.",
		"de": "Ihr Vertrag endet am 31. März 2026. Ihre Schlussrechnung beträgt 39,99 $.",
		"fr": "Votre service prend fin le 31 mars 2026. Votre dernière facture est de 39,99 $US.",
		"hi": "आपकी सेवा 31 मार्च 2026 को समाप्त होगी। आपका अंतिम बिल $39.99 है।",
	} {
		obligations(in_locale(locale)) == {{"type": "disclose", "text": text}}
	}
}

test_english_stands_in_for_other_languages if {
	obligations(in_locale("xx")) == obligations(sample.cancellation)
	obligations(in_locale(7)) == obligations(sample.cancellation)
	obligations(sample.without(sample.cancellation, "/conversation/locale")) == obligations(sample.cancellation)
}

test_a_credit_and_small_cents_are_spelled_out if {
	obligations(final_bill(-1205)) == {{
		"type": "disclose",
		"text": "Your service ends on March 31, 2026. Your final bill is -$12.05.",
	}}
}

test_a_currency_without_a_sign_is_named if {
	obligations(sample.cancellation) == {{
		"type": "disclose",
		"text": "Your service ends on March 31, 2026. Your final bill is CHF 39.99.",
	}} with data.limits.tenants as {"northwind-fibre": {"currency": "CHF"}}
}

test_what_cannot_be_disclosed_is_denied if {
	effects(sample.without(sample.cancellation, "/resource/subscriptions")) == {"deny"}
	effects(sample.put(sample.cancellation, {"/call/arguments/subscription_id": "SUB-9"})) == {"deny"}
	effects(final_bill("39.99")) == {"deny"}
	effects(final_bill(39.99)) == {"deny"}
	effects(sample.put(sample.cancellation, {"/resource/subscriptions/items/0/cancellation/effective_on": "soon"})) == {"deny"}
	effects(sample.put(sample.cancellation, {"/resource/subscriptions/items/0/cancellation/effective_on": "2026-02-31"})) == {"deny"}
	effects(sample.put(sample.cancellation, {"/resource/subscriptions/items/0/cancellation/effective_on": "2026-03-31 or so"})) == {"deny"}
}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.cancellation} {
		effects(document) == set()
		obligations(document) == set()
	}
	effects(sample.put(sample.cancellation, {"/call/tool": "change_plan"})) == set()
}
