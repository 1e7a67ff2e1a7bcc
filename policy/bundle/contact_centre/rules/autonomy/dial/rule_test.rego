package contact_centre.rules.autonomy.dial_test

import data.contact_centre.rules.autonomy.dial
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in dial.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in dial.report with input as document with data.revision as sample.revision
}

dialled(document, setting) := answer if answer := effects(document) with data.autonomy.default.procedures as {"billing.sample": setting}

staged(stage) := dialled(sample.refund, {"stage": stage})

bucket(number) := sample.put(sample.refund, {"/facts/canary_bucket": number})

test_auto_acts if {
	staged("auto") == set()
	every document in sample.all {
		effects(document) == set()
	}
}

test_approve_waits_for_a_person if {
	staged("approve") == {"approve"}
	dialled(sample.approved(sample.refund), {"stage": "approve"}) == set()
}

test_off_leaves_it_to_people if {
	staged("off") == {"handoff"}
	dialled(sample.approved(sample.refund), {"stage": "off"}) == {"handoff"}
}

test_observing_and_suggesting_have_rules_of_their_own if {
	staged("observe") == set()
	staged("suggest") == set()
}

test_a_rehearsal_is_not_dialled if {
	rehearsed := sample.put(sample.refund, {"/facts/rehearsal": true})
	dialled(rehearsed, {"stage": "off"}) == set()
	dialled(rehearsed, {"stage": "approve"}) == set()
	dialled(sample.put(sample.refund, {"/facts/rehearsal": "yes"}), {"stage": "off"}) == {"handoff"}
}

test_every_stage_has_words if {
	every stage in {"off", "approve"} {
		spoken := messages(sample.refund) with data.autonomy.default.dial.stage as stage
		count(spoken) == 1
	}
}

test_an_unknown_stage_is_off if {
	staged("full speed") == {"handoff"}
	staged(null) == {"handoff"}
}

test_a_procedure_may_be_named_in_full if {
	dialled(sample.put(sample.refund, {"/principal/agent/procedure": "billing.sample"}), {"stage": "off"}) == {"handoff"}
}

test_another_procedure_is_not_meant if {
	dialled(sample.put(sample.refund, {"/principal/agent/procedure": "other"}), {"stage": "off"}) == set()
	dialled(sample.put(sample.refund, {"/principal/agent/procedure": 7}), {"stage": "off"}) == set()
}

test_a_channel_may_have_its_own_stage if {
	setting := {"stage": "auto", "channels": {"voice": {"stage": "approve"}}}
	dialled(sample.refund, setting) == set()
	dialled(sample.put(sample.refund, {"/conversation/channel": "voice"}), setting) == {"approve"}
}

test_a_canary_acts_for_its_share_of_customers if {
	setting := {"stage": "auto", "percentage": 50, "rest": "off"}
	dialled(bucket(49), setting) == set()
	dialled(bucket(50), setting) == {"handoff"}
	dialled(bucket(0), setting) == set()
}

test_an_unknown_bucket_is_outside_the_canary if {
	setting := {"stage": "auto", "percentage": 50, "rest": "off"}
	dialled(bucket(null), setting) == {"handoff"}
	dialled(bucket(-1), setting) == {"handoff"}
	dialled(sample.without(sample.refund, "/facts/canary_bucket"), setting) == {"handoff"}
	dialled(sample.without(sample.refund, "/facts/canary_bucket"), {"stage": "auto", "percentage": 100, "rest": "off"}) == set()
}

test_an_unknown_percentage_is_nobody if {
	dialled(sample.refund, {"stage": "auto", "percentage": null, "rest": "off"}) == {"handoff"}
	dialled(sample.refund, {"stage": "auto", "percentage": "100", "rest": "off"}) == {"handoff"}
}

test_the_gate_may_step_back_but_not_ahead if {
	dialled(sample.put(sample.refund, {"/facts/autonomy_stage": "approve"}), {"stage": "auto"}) == {"approve"}
	dialled(sample.put(sample.refund, {"/facts/autonomy_stage": "auto"}), {"stage": "off"}) == {"handoff"}
	dialled(sample.put(sample.refund, {"/facts/autonomy_stage": "warp"}), {"stage": "auto"}) == {"handoff"}
}

test_reading_is_not_dialled if {
	every document in {sample.invoices_read, sample.plans_read, sample.lookup, sample.verification, sample.note} {
		effects(document) == set() with data.autonomy.default.dial.stage as "off"
		effects(document) == set() with data.autonomy.default.dial.stage as "approve"
	}
}

test_representatives_are_not_dialled if {
	dialled(sample.put(sample.refund, {"/principal/agent/kind": "representative"}), {"stage": "off"}) == set()
}
