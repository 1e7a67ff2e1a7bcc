package contact_centre.rules.money_back.new_account_test

import data.contact_centre.rules.money_back.new_account
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in new_account.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in new_account.report with input as document with data.revision as sample.revision
}

since(date) := sample.put(sample.refund, {"/resource/account/customer_since": date})

strong(document) := sample.put(document, {"/principal/customer/auth_level": "strong"})

test_an_old_account_passes if {
	effects(sample.refund) == set()
	effects(since("2026-01-30")) == set()
}

test_a_new_account_needs_proof_and_a_supervisor if {
	effects(since("2026-01-31")) == {"approve", "step_up"}
	messages(since("2026-02-19")) == {"The account is younger than 30 days."}
	effects(strong(since("2026-02-19"))) == {"approve"}
	effects(sample.approved(since("2026-02-19"))) == {"step_up"}
	effects(sample.approved(strong(since("2026-02-19")))) == set()
}

test_an_account_of_unknown_age_counts_as_new if {
	effects(since("lately")) == {"approve", "step_up"}
	effects(since(null)) == {"approve", "step_up"}
	effects(sample.without(sample.refund, "/resource/account")) == {"approve", "step_up"}
}

test_other_tools_are_not_meant if effects(sample.put(sample.note, {"/resource/account/customer_since": "2026-02-19"})) == set()
