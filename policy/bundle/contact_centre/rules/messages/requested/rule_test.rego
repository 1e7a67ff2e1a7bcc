package contact_centre.rules.messages.requested_test

import data.contact_centre.rules.messages.requested
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in requested.report with input as document with data.revision as sample.revision
}

by_itself := sample.put(sample.message, {"/principal/agent/procedure": ""})

test_a_written_procedure_may_send_what_was_asked_for if effects(sample.message) == set()

test_otherwise_the_customer_is_asked if {
	effects(by_itself) == {"confirm"}
	effects(sample.put(sample.message, {"/principal/agent/procedure": null})) == {"confirm"}
	effects(sample.by_partner(sample.put(sample.message, {"/principal/agent/procedure": "x"}))) == {"confirm"}
	effects(sample.put(sample.message, {"/principal/chain": ["partner"]})) == {"confirm"}
}

test_a_yes_counts if effects(sample.confirmed(by_itself)) == set()

test_other_purposes_are_not_asked_for if effects(sample.put(by_itself, {"/call/arguments/purpose": "service"})) == set()

test_other_tools_are_not_meant if {
	effects(sample.put(sample.note, {"/principal/agent/procedure": "", "/call/arguments/purpose": "requested"})) == set()
}
