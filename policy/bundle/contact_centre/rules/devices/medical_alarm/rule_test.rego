package contact_centre.rules.devices.medical_alarm_test

import data.contact_centre.rules.devices.medical_alarm
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in medical_alarm.report with input as document with data.revision as sample.revision
}

test_others_pass if effects(sample.put(sample.restart, {"/principal/customer/flags": ["fraud"]})) == set()

test_a_medical_alarm_calls_a_person if {
	effects(sample.put(sample.restart, {"/principal/customer/flags": ["medical_alarm"]})) == {"handoff"}
	effects(sample.put(sample.restart, {"/resource/account/flags": ["medical_alarm"]})) == {"handoff"}
}

test_other_tools_are_not_meant if {
	effects(sample.put(sample.refund, {"/principal/customer/flags": ["medical_alarm"]})) == set()
}
