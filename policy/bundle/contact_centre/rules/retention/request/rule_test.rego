package contact_centre.rules.retention.request_test

import data.contact_centre.rules.retention.request
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in request.report with input as document with data.revision as sample.revision
}

test_an_eligible_offer_may_be_taken if effects(sample.offer) == {"allow"}

test_other_terms_are_denied if {
	effects(sample.put(sample.offer, {"/call/arguments/offer_id": "OF-9"})) == {"deny"}
	effects(sample.put(sample.offer, {"/call/arguments/discount_percent": 20})) == {"deny"}
	effects(sample.put(sample.offer, {"/call/arguments/months": 12})) == {"deny"}
	effects(sample.put(sample.offer, {"/resource/offers/items/0/eligible": false})) == {"deny"}
	effects(sample.put(sample.offer, {"/resource/offers/items/0/eligible": "yes"})) == {"deny"}
	effects(sample.without(sample.offer, "/resource/offers")) == {"deny"}
}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.offer} {
		effects(document) == set()
		effects(sample.put(document, {
			"/call/arguments": sample.offer.call.arguments, "/resource/offers": sample.offer.resource.offers,
		})) == set()
	}
}
