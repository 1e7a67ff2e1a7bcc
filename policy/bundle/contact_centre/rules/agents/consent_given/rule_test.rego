package contact_centre.rules.agents.consent_given_test

import data.contact_centre.rules.agents.consent_given
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect | some spoken in consent_given.report with input as document}

with_arguments(changes) := sample.put(sample.consent, {path: value |
	some name, value in changes
	path := concat("", ["/call/arguments/", name])
})

test_what_was_asked_for_or_less_is_given if {
	effects(sample.consent) == {"allow"}
	effects(with_arguments({"amount_minor": 0, "until": "2026-03-01"})) == {"allow"}
}

test_more_than_was_asked_for_is_not if {
	effects(with_arguments({"amount_minor": 10001})) == {"allow", "deny"}
	effects(with_arguments({"amount_minor": "1"})) == {"allow", "deny"}
	effects(with_arguments({"amount_minor": -1})) == {"allow", "deny"}
	effects(with_arguments({"until": "2026-04-02"})) == {"allow", "deny"}
	effects(with_arguments({"until": "2026-02-28"})) == {"allow", "deny"}
	effects(with_arguments({"partner": "partner_2"})) == {"allow", "deny"}
	effects(with_arguments({"consent_id": "PC-2"})) == {"allow", "deny"}
}

decided(status) := sample.put(sample.consent, {"/resource/account/partner_consents/0/status": status})

test_what_is_given_is_not_given_again_and_what_was_taken_back_may_be if {
	effects(decided("given")) == {"allow", "deny"}
	effects(decided("withdrawn")) == {"allow"}
}

test_no_partner_gives_or_takes if {
	"deny" in effects(sample.by_partner(sample.consent))
	effects(sample.by_partner(sample.consent_withdrawal)) == {"deny"}
	effects(sample.consent_withdrawal) == set()
}
