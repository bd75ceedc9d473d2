agent = Agent("agent", AgentArgs(cluster=cluster, traces=True))
