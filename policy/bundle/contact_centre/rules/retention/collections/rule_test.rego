package contact_centre.rules.retention.collections_test

import data.contact_centre.rules.retention.collections
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in collections.report with input as document with data.revision as sample.revision
}

test_with_nothing_overdue_it_passes if {
	effects(sample.offer) == set()
	effects(sample.put(sample.offer, {"/resource/invoices/items": []})) == set()
}

test_with_something_overdue_it_is_denied if {
	effects(sample.put(sample.offer, {"/resource/invoices/items/1/status": "overdue"})) == {"deny"}
}

test_unknown_invoices_are_denied if {
	effects(sample.put(sample.offer, {"/resource/invoices/items/1/status": null})) == {"deny"}
	effects(sample.put(sample.offer, {"/resource/invoices/items": {}})) == {"deny"}
	effects(sample.without(sample.offer, "/resource/invoices")) == {"deny"}
}

test_other_tools_are_not_meant if effects(sample.note) == set()
