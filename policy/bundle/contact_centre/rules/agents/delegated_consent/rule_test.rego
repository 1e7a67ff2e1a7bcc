package contact_centre.rules.agents.delegated_consent_test

import data.contact_centre.rules.agents.delegated_consent
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in delegated_consent.report with input as document with data.revision as sample.revision
}

test_a_partner_with_consent_passes if effects(sample.by_partner(sample.refund)) == set()

test_a_partner_without_consent_is_denied if {
	effects(sample.without(sample.by_partner(sample.refund), "/facts/delegated_consent")) == {"deny"}
	effects(sample.put(sample.by_partner(sample.refund), {"/facts/delegated_consent": "yes"})) == {"deny"}
}

test_a_partner_in_the_chain_needs_consent if effects(sample.put(sample.refund, {"/principal/chain": ["partner"]})) == {"deny"}

test_a_permission_of_its_own_is_enough if effects(sample.by_permitted(sample.refund, {})) == set()

test_a_permission_that_does_not_hold_is_none if {
	effects(sample.by_permitted(sample.refund, {"partner": "partner_2"})) == {"deny"}
	effects(sample.by_permitted(sample.refund, {"status": "requested"})) == {"deny"}
	effects(sample.by_permitted(sample.refund, {"status": "withdrawn"})) == {"deny"}
	effects(sample.by_permitted(sample.refund, {"tools": ["payments.list_payments"]})) == {"deny"}
	effects(sample.by_permitted(sample.refund, {"until": "2026-03-01"})) == set()
	effects(sample.by_permitted(sample.refund, {"until": "2026-02-28"})) == {"deny"}
	effects(sample.by_permitted(sample.refund, {"until": null})) == {"deny"}
}

test_everybody_in_the_chain_needs_one if {
	effects(sample.put(sample.by_permitted(sample.refund, {}), {"/principal/chain": ["stranger"]})) == {"deny"}
}

test_asking_for_permission_needs_none if effects(sample.consent_request) == set()

test_our_own_specialists_need_none if effects(sample.refund) == set()
