/// The pipeline of Azure Pipelines.

enum AzureTemplates {
    /// `.azure-pipelines/rehome.yml`
    static let pipeline = #"""
        # Review of pull requests, apply after a merge, drift every hour. What happens is in ci/*.sh.
        #
        # This file lies in a folder with a dot, because rehome reads every other YAML as a manifest.

        trigger:
          branches:
            include: ["@BRANCH@"]

        # For repositories on GitHub; in Azure Repos make this pipeline the build validation of the branch.
        pr:
          branches:
            include: ["@BRANCH@"]

        schedules:
          - cron: "17 * * * *"
            displayName: rehome drift
            branches:
              include: ["@BRANCH@"]
            always: "true"

        # Two applies never overlap: give the environment the check 'exclusive lock'.
        lockBehavior: sequential

        stages:
          # On a pull request: what would it do? The plan over the last snapshot is on the page of the run.
          - stage: review
            dependsOn: []
            condition: eq(variables['Build.Reason'], 'PullRequest')
            jobs:
              - job: review
                # An agent that is thrown away, and never the one with the ledger.
                pool:
                  vmImage: ubuntu-latest
                timeoutInMinutes: "20"
                steps:
                  # What is checked out is the merge; its first parent is the branch without the change.
                  - checkout: self
                    fetchDepth: "2"
                    persistCredentials: "false"
                  - task: DownloadPipelineArtifact@2
                    displayName: Fetch the snapshot
                    continueOnError: true
                    inputs:
                      buildType: specific
                      project: $(System.TeamProjectId)
                      definition: $(System.DefinitionId)
                      buildVersionToDownload: latestFromBranch
                      branchName: refs/heads/@BRANCH@
                      tags: rehome-snapshot
                      allowPartiallySucceededBuilds: true
                      allowFailedBuilds: true
                      artifactName: rehome-snapshot
                      targetPath: $(Build.SourcesDirectory)/out
                  - bash: ci/review.sh
                    displayName: Plan
                    env:
                      REHOME_BASE: HEAD^1

          # After a merge: the plan over what is there, for whoever approves the next stage.
          - stage: plan
            dependsOn: []
            condition: >-
              and(eq(variables['Build.SourceBranch'], 'refs/heads/@BRANCH@'),
              not(in(variables['Build.Reason'], 'PullRequest', 'Schedule')))
            jobs:
              - job: plan
                # The one agent that has the ledger and reaches the pools.
                pool: rehome
                timeoutInMinutes: "60"
                steps:
                  - checkout: self
                    clean: "true"
                    persistCredentials: "false"
                  - bash: ci/plan.sh
                    name: make
                    displayName: Plan
                  - publish: $(Build.SourcesDirectory)/out
                    displayName: Keep the plan
                    artifact: rehome-plan

          # Applies that plan and nothing beyond it.
          - stage: apply
            dependsOn: plan
            condition: and(succeeded(), eq(dependencies.plan.outputs['plan.make.work'], 'yes'))
            jobs:
              - deployment: apply
                # Give this environment the check 'approvals': who approves has read the plan.
                environment: production
                pool: rehome
                timeoutInMinutes: "720"
                strategy:
                  runOnce:
                    deploy:
                      steps:
                        # Its credentials stay, to ask whether this is still the newest commit.
                        - checkout: self
                          clean: "true"
                          persistCredentials: "true"
                        - task: DownloadPipelineArtifact@2
                          displayName: Fetch the plan
                          inputs:
                            artifactName: rehome-plan
                            targetPath: $(Build.SourcesDirectory)/out
                        - bash: ci/apply.sh
                          displayName: Apply
                          env:
                            REHOME_AS: $(Build.RequestedFor)
                            REHOME_BRANCH: "@BRANCH@"

          # Every hour, and in a run by hand: does the world still look as asked? And the snapshot.
          - stage: drift
            dependsOn: []
            condition: >-
              and(eq(variables['Build.SourceBranch'], 'refs/heads/@BRANCH@'),
              in(variables['Build.Reason'], 'Schedule', 'Manual'))
            jobs:
              - job: drift
                pool: rehome
                timeoutInMinutes: "60"
                steps:
                  - checkout: self
                    clean: "true"
                    persistCredentials: "false"
                  - bash: ci/drift.sh
                    displayName: Look
                    env:
                      REHOME_FORMAT: junit
                  - task: PublishTestResults@2
                    displayName: Show drift as test results
                    condition: succeededOrFailed()
                    inputs:
                      testResultsFormat: JUnit
                      testResultsFiles: $(Build.SourcesDirectory)/out/drift.xml
                      testRunTitle: rehome drift
                  # Also where drift ends with 2. Whoever may see this pipeline may fetch it.
                  - publish: $(Build.SourcesDirectory)/out/snapshot.json
                    displayName: Keep the snapshot
                    condition: and(succeededOrFailed(), ne(variables['REHOME_SNAPSHOT'], 'no'))
                    artifact: rehome-snapshot
                  - bash: echo "##vso[build.addbuildtag]rehome-snapshot"
                    displayName: Mark the run that has one
                    condition: and(succeededOrFailed(), ne(variables['REHOME_SNAPSHOT'], 'no'))

        """#
}
