package contact_centre.rules.autonomy.kill_switch_test

import data.contact_centre.rules.autonomy.kill_switch
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in kill_switch.report with input as document with data.revision as sample.revision
}

switched(document) := answer if answer := effects(document) with data.autonomy.tenants as {"northwind-fibre": {"kill_switch": true}}

test_while_it_is_off_calls_pass if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_while_it_is_on_people_act if {
	switched(sample.refund) == {"handoff"}
	switched(sample.reschedule) == {"handoff"}
	switched(sample.message) == {"handoff"}
}

test_a_replica_that_was_told_to_stop_stops if {
	effects(sample.put(sample.refund, {"/facts/kill_switch": true})) == {"handoff"}
	effects(sample.put(sample.refund, {"/facts/kill_switch": "on"})) == {"handoff"}
}

test_an_unreadable_switch_is_on if {
	effects(sample.refund) == {"handoff"} with data.autonomy.default.kill_switch as null
}

test_reading_and_notes_go_on if {
	switched(sample.invoices_read) == set()
	switched(sample.note) == set()
	switched(sample.verification) == set()
}

test_representatives_go_on if switched(sample.put(sample.refund, {"/principal/agent/kind": "representative"})) == set()

test_other_tenants_go_on if switched(sample.put(sample.refund, {"/principal/tenant": "other-co"})) == set()
