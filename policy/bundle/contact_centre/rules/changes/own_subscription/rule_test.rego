package contact_centre.rules.changes.own_subscription_test

import data.contact_centre.rules.changes.own_subscription
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in own_subscription.report with input as document with data.revision as sample.revision
}

test_a_running_subscription_passes if {
	effects(sample.plan_change) == set()
	effects(sample.put(sample.plan_change, {"/resource/subscriptions/items/0/status": "suspended"})) == set()
}

test_another_subscription_is_denied if {
	effects(sample.put(sample.plan_change, {"/call/arguments/subscription_id": "SUB-9"})) == {"deny"}
	effects(sample.put(sample.plan_change, {"/resource/subscriptions/items/0/status": "cancelled"})) == {"deny"}
	effects(sample.without(sample.plan_change, "/resource/subscriptions")) == {"deny"}
}

test_other_tools_are_not_meant if effects(sample.arrangement) == set()
