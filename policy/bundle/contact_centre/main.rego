# METADATA
# description: |
#   The one entrypoint. Collects what every rule under `rules/<area>/<rule>/` reports; the strictest effect wins, and
#   without a rule that allows there is no allowing.
package contact_centre.main

# METADATA
# entrypoint: true
decision := {
	"effect": effect,
	"reasons": sort(reasons),
	"obligations": sort(obligations),
	"reserve": reserve,
	"policy_revision": data.revision,
}

strictness := ["deny", "handoff", "step_up", "confirm", "approve", "allow"]

default effect := "deny"

effect := [candidate | some candidate in strictness; candidate in reported][0] if "allow" in reported

reported contains report.effect if some report in reports

reports contains {"rule": concat("/", [area, rule]), "effect": report.effect, "message": report.message} if {
	some area, rule
	some report in data.contact_centre.rules[area][rule].report
}

reasons contains {"rule": report.rule, "message": report.message} if {
	some report in reports
	report.effect == effect
}

reasons contains {"rule": "main/nothing_allows", "message": "No rule allows this call."} if {
	effect == "deny"
	not "deny" in reported
}

obligations contains obligation if {
	not effect in {"deny", "handoff"}
	some area, rule
	some obligation in data.contact_centre.rules[area][rule].obligation
}

default reserve := null

reserve := data.contact_centre.rules.money_back.window.reservation if not effect in {"deny", "handoff"}
