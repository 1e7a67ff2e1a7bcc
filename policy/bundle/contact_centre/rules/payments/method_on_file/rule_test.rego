package contact_centre.rules.payments.method_on_file_test

import data.contact_centre.rules.payments.method_on_file
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in method_on_file.report with input as document with data.revision as sample.revision
}

test_a_method_on_file_passes if effects(sample.payment_taken) == set()

test_another_method_is_denied if {
	effects(sample.put(sample.payment_taken, {"/call/arguments/method_id": "PM-9"})) == {"deny"}
	effects(sample.put(sample.payment_taken, {"/call/arguments/method_id": null})) == {"deny"}
	effects(sample.without(sample.payment_taken, "/resource/methods")) == {"deny"}
	effects(sample.put(sample.payment_taken, {"/resource/methods/items": {}})) == {"deny"}
}

test_other_tools_are_not_meant if effects(sample.note) == set()
