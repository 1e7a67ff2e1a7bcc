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

test_our_own_specialists_need_none if effects(sample.refund) == set()
