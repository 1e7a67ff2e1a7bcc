package contact_centre.rules.agents.consent_pause_test

import data.contact_centre.rules.agents.consent_pause
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect | some spoken in consent_pause.report with input as document}

after_no(changes) := with_permission(sample.consent_request, changes)

with_permission(document, changes) := sample.put(document, {"/resource/account/partner_consents": [object.union(
	object.union(sample.permission, {"status": "withdrawn", "decided_at": "2026-02-28T12:00:01Z"}),
	changes,
)]})

test_not_at_once_after_a_no if {
	effects(after_no({})) == {"deny"}
	effects(after_no({"decided_at": "2026-02-28T12:00:00Z"})) == set()
	effects(after_no({"decided_at": null})) == {"deny"}
}

test_a_no_is_for_the_partner_that_asked if effects(after_no({"partner": "partner_2"})) == set()

test_what_was_given_is_no_no if effects(after_no({"status": "given"})) == set()

test_only_asking_is_meant if effects(with_permission(sample.by_partner(sample.refund), {})) == set()
