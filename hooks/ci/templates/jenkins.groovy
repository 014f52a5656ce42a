// Jenkinsfile; lockaway has to be on the agent's PATH. The job's clone must not be shallow.
pipeline {
    agent any
    stages {
        stage('lockaway') {
            steps {
                sh 'lockaway ci'
            }
            post {
                always {
                    junit testResults: 'lockaway-junit.xml', allowEmptyResults: true
                }
            }
        }
    }
}
