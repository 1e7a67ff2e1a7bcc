package contact_centre.rules.autonomy.observe_test

import data.contact_centre.rules.autonomy.observe
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in observe.report with input as document with data.revision as sample.revision
}

staged(document, stage) := answer if answer := effects(document) with data.autonomy.default.procedures as {"billing.sample": {"stage": stage}}

test_in_this_stage_a_person_decides if {
	staged(sample.refund, "observe") == {"handoff"}
	staged(sample.approved(sample.confirmed(sample.refund)), "observe") == {"handoff"}
}

test_in_every_other_stage_it_is_silent if {
	every stage in {"off", "observe", "suggest", "approve", "auto", "unknown"} - {"observe"} {
		staged(sample.refund, stage) == set()
	}
}

test_people_and_reads_and_rehearsals_are_not_meant if {
	staged(sample.put(sample.refund, {"/principal/agent/kind": "representative"}), "observe") == set()
	staged(sample.put(sample.refund, {"/facts/rehearsal": true}), "observe") == set()
	effects(sample.invoices_read) == set() with data.autonomy.default.dial.stage as "observe"
	effects(sample.note) == set() with data.autonomy.default.dial.stage as "observe"
}

test_the_gate_may_step_back_to_it if {
	effects(sample.put(sample.refund, {"/facts/autonomy_stage": "observe"})) == {"handoff"}
}
