package contact_centre.rules.contact.one_field_test

import data.contact_centre.rules.contact.one_field
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in one_field.report with input as document with data.revision as sample.revision
}

obligations(document) := answer if answer := one_field.obligation with input as document with data.revision as sample.revision

test_one_field_may_be_changed if {
	every field in {"email", "phone", "address"} {
		effects(sample.put(sample.contact_change, {"/call/arguments/field": field})) == {"allow"}
	}
	effects(sample.without(sample.contact_change, "/call/arguments/customer_id")) == {"allow"}
}

test_anything_else_is_denied if {
	effects(sample.put(sample.contact_change, {"/call/arguments/field": "name"})) == {"deny"}
	effects(sample.put(sample.contact_change, {"/call/arguments/field": ["email", "phone"]})) == {"deny"}
	effects(sample.put(sample.contact_change, {"/call/arguments/value": ""})) == {"deny"}
	effects(sample.put(sample.contact_change, {"/call/arguments/value": {"email": "a", "phone": "b"}})) == {"deny"}
	effects(sample.put(sample.contact_change, {"/call/arguments/phone": "555"})) == {"deny"}
}

test_the_old_address_is_told if obligations(sample.contact_change) == {{"type": "notify"}}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.contact_change} {
		effects(document) == set()
		obligations(document) == set()
		effects(sample.put(document, {"/call/arguments": sample.contact_change.call.arguments})) == set()
	}
}
