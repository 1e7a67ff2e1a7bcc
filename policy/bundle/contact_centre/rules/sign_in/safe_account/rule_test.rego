package contact_centre.rules.sign_in.safe_account_test

import data.contact_centre.rules.sign_in.safe_account
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in safe_account.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in safe_account.report with input as document with data.revision as sample.revision
}

since(at) := sample.put(sample.sign_in_link, {"/resource/account/contact_changed_at": at})

test_contact_details_of_old_pass if {
	effects(sample.sign_in_link) == set()
	effects(since("2026-02-22T12:00:00Z")) == set()
	effects(sample.without(sample.sign_in_link, "/facts/contact_changed_in_conversation")) == set()
}

test_a_recent_change_calls_a_person if {
	effects(since("2026-02-22T12:00:01Z")) == {"handoff"}
	messages(since("2026-02-27T12:00:00Z")) == {"Contact details changed within 7 days."}
	effects(sample.put(sample.sign_in_link, {"/facts/contact_changed_in_conversation": true})) == {"handoff"}
	effects(sample.put(sample.sign_in_link, {"/facts/contact_changed_in_conversation": "yes"})) == {"handoff"}
}

test_what_cannot_be_read_counts_as_just_now if {
	effects(since("lately")) == {"handoff"}
	effects(sample.without(sample.sign_in_link, "/resource/account")) == {"handoff"}
}

test_suspicion_calls_a_person if {
	effects(sample.put(sample.sign_in_link, {"/resource/account/flags": ["fraud"]})) == {"handoff"}
}

test_other_tools_are_not_meant if {
	every document in sample.all - {sample.sign_in_link} {
		effects(sample.put(document, {"/facts/contact_changed_in_conversation": true})) == set()
	}
	with_account := {document |
		some document in (sample.all - {sample.sign_in_link})
		document.resource.account
	}
	count(with_account) > 0
	every document in with_account {
		effects(sample.put(document, {"/resource/account/contact_changed_at": "2026-02-27T12:00:00Z"})) == set()
		effects(sample.put(document, {"/resource/account/flags": ["fraud"]})) == set()
	}
}
