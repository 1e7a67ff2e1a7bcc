package contact_centre.rules.sign_in.request_test

import data.contact_centre.rules.sign_in.request
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in request.report with input as document with data.revision as sample.revision
}

test_a_link_to_the_address_on_file_may_be_asked_for if effects(sample.sign_in_link) == {"allow"}

test_another_address_is_denied if {
	effects(sample.put(sample.sign_in_link, {"/call/arguments/value": "new@b.example"})) == {"deny"}
	effects(sample.without(sample.sign_in_link, "/call/arguments")) == {"deny"}
}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.sign_in_link} {
		effects(document) == set()
	}
}
