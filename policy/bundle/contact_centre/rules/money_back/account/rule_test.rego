package contact_centre.rules.money_back.account_test

import data.contact_centre.rules.money_back.account
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in account.report with input as document with data.revision as sample.revision
}

test_a_read_account_passes if effects(sample.refund) == set()

test_without_an_account_no_money_goes_back if {
	effects(sample.without(sample.refund, "/resource/account")) == {"deny"}
	effects(sample.put(sample.refund, {"/resource/account": "C-1"})) == {"deny"}
	effects(sample.put(sample.refund, {"/resource/account/customer_id": "C-2"})) == {"deny"}
}

test_other_tools_are_not_meant if effects(sample.without(sample.note, "/resource/account")) == set()
