package contact_centre.rules.money_back.fraud_test

import data.contact_centre.rules.money_back.fraud
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in fraud.report with input as document with data.revision as sample.revision
}

test_others_pass if effects(sample.put(sample.refund, {"/principal/customer/flags": ["vulnerable"]})) == set()

test_a_fraud_flag_calls_a_person if {
	effects(sample.put(sample.refund, {"/principal/customer/flags": ["vulnerable", "fraud"]})) == {"handoff"}
	effects(sample.put(sample.credit, {"/resource/account/flags": ["fraud"]})) == {"handoff"}
}

test_other_tools_are_not_meant if effects(sample.put(sample.note, {"/principal/customer/flags": ["fraud"]})) == set()
