// The daemons of one suite would slow down the others' waits on a small machine, and cgroups are the host's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
