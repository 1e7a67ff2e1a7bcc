package contact_centre.rules.retention.one_offer_test

import data.contact_centre.rules.retention.one_offer
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in one_offer.report with input as document with data.revision as sample.revision
}

test_a_first_offer_passes if effects(sample.offer) == set()

test_a_second_one_is_denied if effects(sample.put(sample.offer, {"/resource/offers/accepted_12m": 1})) == {"deny"}

test_an_unknown_past_is_denied if {
	effects(sample.put(sample.offer, {"/resource/offers/accepted_12m": null})) == {"deny"}
	effects(sample.put(sample.offer, {"/resource/offers/accepted_12m": false})) == {"deny"}
	effects(sample.without(sample.offer, "/resource/offers")) == {"deny"}
}

test_other_tools_are_not_meant if effects(sample.note) == set()
