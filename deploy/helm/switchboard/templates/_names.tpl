{{- define "switchboard.name" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{- end -}}
{{- end -}}

{{- define "switchboard.image" -}}
{{- if .Values.image.digest -}}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{- end -}}
{{- end -}}

{{- define "switchboard.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "switchboard.labels" -}}
{{ include "switchboard.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "switchboard.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "switchboard.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- define "switchboard.secretSetting" -}}
- name: {{ .setting }}
  valueFrom: { secretKeyRef: { name: {{ .from.name }}, key: {{ .from.key }} } }
{{- end -}}

{{- define "switchboard.telemetry" -}}
{{- if .Values.telemetry.endpoint }}
- { name: SWITCHBOARD_TELEMETRY__ENDPOINT, value: {{ .Values.telemetry.endpoint | quote }} }
- { name: SWITCHBOARD_TELEMETRY__SAMPLE_RATIO, value: {{ .Values.telemetry.sampleRatio | quote }} }
{{- with .Values.secrets.telemetryHeaders }}{{ if .name }}
{{ include "switchboard.secretSetting" (dict "setting" "SWITCHBOARD_TELEMETRY__HEADERS" "from" .) }}
{{- end }}{{ end }}
{{- end }}
{{- end -}}

{{- define "switchboard.companyMount" -}}
{{- if .Values.companyVolume }}
- { name: company, mountPath: /company, readOnly: true }
{{- end }}
{{- end }}

{{- define "switchboard.companyVolume" -}}
{{- if .Values.companyVolume }}
- name: company
  {{- toYaml .Values.companyVolume | nindent 2 }}
{{- end }}
{{- end }}
