package contact_centre.escalation_test

import data.contact_centre.escalation

calm := {
	"wants_person": false, "sentiment": 0.1, "sentiment_trend": 0, "topics": [], "flags": [], "clarifications": 0,
	"tool_failures": 0, "evidence_failures": 0, "locale_supported": true, "procedure": "billing.explain_bill",
	"specialist": "billing", "tenant": "northwind-fibre",
}

handoff(changes) := answer if answer := escalation.decision.handoff with input as object.union(calm, changes)

to(reason, queue, priority) := {"reason": reason, "queue": queue, "priority": priority}

test_a_calm_conversation_goes_on if {
	decision := escalation.decision with input as calm with data.revision as "r"
	decision == {
		"handoff": null,
		"thresholds": {"route": 0.6, "clarify": 0.35, "margin": 0.1, "with_answer": 0.85, "person": 0.9, "churn": 0.5, "offer": 0.7},
		"policy_revision": "r",
	}
}

test_whoever_asks_for_a_person_gets_one if {
	handoff({"wants_person": true}) == to("asked_for_person", "billing", "normal")
	handoff({"wants_person": true, "specialist": "troubleshooting"}) == to("asked_for_person", "technical", "normal")
	handoff({"wants_person": true, "specialist": "scheduling"}) == to("asked_for_person", "scheduling", "normal")
	handoff({"wants_person": true, "specialist": "retention"}) == to("asked_for_person", "retention", "normal")
	handoff({"wants_person": true, "specialist": ""}) == to("asked_for_person", "general", "normal")
	handoff({"wants_person": "true"}) == null
}

test_a_wish_for_a_person_that_no_rule_recognised_counts_from_its_threshold_on if {
	handoff({"person": 0.9}) == to("asked_for_person", "billing", "normal")
	handoff({"person": 0.89}) == null
	handoff({"person": "1"}) == null
	handoff({"person": null}) == null
	careful := {"northwind-fibre": {"thresholds": {"person": 0.95}}}
	handoff({"person": 0.94}) == null with data.escalation.tenants as careful
}

test_sensitive_topics_go_to_people_at_once if {
	handoff({"topics": ["self_harm"]}) == to("sensitive_topic", "vulnerable", "urgent")
	handoff({"topics": ["vulnerable"]}) == to("vulnerable_customer", "vulnerable", "high")
	handoff({"topics": ["bereavement"]}) == to("sensitive_topic", "vulnerable", "high")
	handoff({"topics": ["legal_threat"]}) == to("sensitive_topic", "general", "high")
	handoff({"topics": ["regulator"]}) == to("sensitive_topic", "general", "high")
	handoff({"topics": ["press"]}) == to("sensitive_topic", "general", "high")
	handoff({"topics": ["weather"]}) == null
}

test_the_most_urgent_cause_counts if {
	handoff({"topics": ["press", "self_harm"], "wants_person": true}) == to("sensitive_topic", "vulnerable", "urgent")
	handoff({"topics": ["press"], "wants_person": true, "sentiment": -1}) == to("sensitive_topic", "general", "high")
	handoff({"wants_person": true, "sentiment": -1}) == to("asked_for_person", "billing", "normal")
	handoff({"evidence_failures": 3, "sentiment": -1}) == to("anger", "billing", "high")
	handoff({"evidence_failures": 3, "tool_failures": 2}) == to("evidence_failed", "billing", "high")
}

test_a_vulnerable_customer_is_served_by_people if {
	handoff({"flags": ["vulnerable"]}) == to("vulnerable_customer", "vulnerable", "high")
	handoff({"flags": ["fraud"]}) == null
}

test_a_medical_alarm_on_a_broken_line_is_urgent if {
	every procedure in {"no_connection", "slow_connection", "unstable_connection"} {
		handoff({"flags": ["medical_alarm"], "procedure": concat(".", ["troubleshooting", procedure])}) == to("vulnerable_customer", "vulnerable", "urgent")
	}
	handoff({"flags": ["medical_alarm"]}) == null
	handoff({"procedure": "troubleshooting.no_connection"}) == null
}

test_anger_goes_to_people if {
	handoff({"sentiment": -0.7}) == to("anger", "billing", "high")
	handoff({"sentiment": -0.69}) == null
	handoff({"sentiment": -0.4, "sentiment_trend": -0.3}) == to("anger", "billing", "high")
	handoff({"sentiment": -0.4, "sentiment_trend": -0.29}) == null
	handoff({"sentiment": -0.39, "sentiment_trend": -1}) == null
	handoff({"sentiment": null}) == null
	handoff({"sentiment": null, "sentiment_trend": -1}) == null
	handoff({"sentiment": -0.5, "sentiment_trend": null}) == null
}

test_a_person_comes_after_two_questions_never_at_the_first if {
	handoff({"clarifications": 1}) == null
	handoff({"clarifications": 2}) == to("not_understood", "billing", "normal")
	handoff({"clarifications": "2"}) == null
}

test_repeated_failures_go_to_people if {
	handoff({"tool_failures": 1}) == null
	handoff({"tool_failures": 2}) == to("tool_failure", "billing", "normal")
	handoff({"evidence_failures": 2}) == null
	handoff({"evidence_failures": 3}) == to("evidence_failed", "billing", "high")
}

test_a_language_we_do_not_speak_goes_to_people if {
	handoff({"locale_supported": false}) == to("language", "billing", "normal")
}

test_a_tenant_may_decide_otherwise if {
	patient := {"northwind-fibre": {"clarifications": 5, "thresholds": {"route": 0.8}}}
	handoff({"clarifications": 2}) == null with data.escalation.tenants as patient
	decision := escalation.decision with input as calm with data.escalation.tenants as patient
	decision.thresholds == {"route": 0.8, "clarify": 0.35, "margin": 0.1, "with_answer": 0.85, "person": 0.9, "churn": 0.5, "offer": 0.7}
}

test_anything_is_answered if {
	every document in [null, [], "x", {}, {"topics": "press", "flags": 7, "tenant": [], "specialist": {}}] {
		decision := escalation.decision with input as document
		decision.handoff == null
		decision.thresholds.route == 0.6
	}
}
