namespace Cofferdam.Spec;

/// <summary>Checks what the fields of a configuration mean together.</summary>
/// <remarks>
/// Pure: it asks nothing of the host. What the kernel would refuse in the middle of a launch is refused here, with the JSON
/// path of the field. Where the specification and runc differ in strictness, what runc accepts is accepted with a warning.
/// </remarks>
public static class SpecValidator
{
    /// <summary>HOST_NAME_MAX and the length of the kernel's field for the NIS domain name.</summary>
    private const int MaxHostname = 64;

    /// <summary>Checks a whole configuration for create.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="warnings">Receives what is accepted with reservations.</param>
    /// <exception cref="CofferdamException">InvalidArgument: the message begins with the JSON path of the field.</exception>
    public static void Validate(RuntimeSpec spec, ICollection<string>? warnings = null)
    {
        warnings ??= [];
        CheckVersion(spec.OciVersion, warnings);
        if (spec.Process is null) throw Fault.At("process", "must be given");
        ValidateProcess(spec.Process);
        if (spec.Root is null) throw Fault.At("root", "must be given");
        if (spec.Root.Path.Length == 0) throw Fault.At("root.path", "must be given");
        Fault.IfNul(spec.Root.Path, "root.path");
        CheckNamespaces(spec);
        MountValidator.Check(spec, warnings);
        CheckHooks(spec.Hooks);
        CheckLinux(spec, warnings);
        foreach (var (name, _) in spec.Annotations)
        {
            if (name.Length == 0) throw Fault.At("annotations", "must not have an empty name");
        }
    }

    /// <summary>Checks a process, of a configuration or of exec.</summary>
    /// <param name="process">The process.</param>
    /// <param name="path">Its JSON path.</param>
    /// <exception cref="CofferdamException">InvalidArgument.</exception>
    public static void ValidateProcess(Process process, string path = "process") => ProcessValidator.Check(process, path);

    /// <summary>Checks resources, of a configuration or of update.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="path">Their JSON path.</param>
    /// <exception cref="CofferdamException">InvalidArgument.</exception>
    public static void ValidateResources(LinuxResources resources, string path = "linux.resources") =>
        ResourcesValidator.Check(resources, path);

    /// <summary>Checks linux.intelRdt alone, also a change of it.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.InvalidArgument"/>: the field and what it must be.</exception>
    public static void ValidateIntelRdt(IntelRdt rdt)
    {
        // "/" is the root group of resctrl, and these are the names of its own directories.
        if (rdt.ClosId is "." or ".." or "info" or "mon_groups" or "mon_data" || (rdt.ClosId is not (null or "/") && rdt.ClosId.Contains('/')))
            throw Fault.At("linux.intelRdt.closID", $"must be the name of a directory, is '{JsonPath.Printable(rdt.ClosId)}'");
        Fault.IfNul(rdt.ClosId, "linux.intelRdt.closID");
        Fault.IfNul(rdt.Schemata, new Place("linux.intelRdt"), ".schemata");
        Fault.IfNul(rdt.L3CacheSchema, "linux.intelRdt.l3CacheSchema");
        Fault.IfNul(rdt.MemBwSchema, "linux.intelRdt.memBwSchema");
        if (!string.IsNullOrEmpty(rdt.MemBwSchema) && (!rdt.MemBwSchema.StartsWith("MB:", StringComparison.Ordinal) || rdt.MemBwSchema.Contains('\n')))
            throw Fault.At("linux.intelRdt.memBwSchema", $"must be one line that begins with 'MB:', is '{JsonPath.Printable(rdt.MemBwSchema)}'");
        for (int i = 0; i < rdt.Schemata.Count; i++)
        {
            string line = rdt.Schemata[i];
            if (line.Contains('\n') || !line.Contains(':'))
                throw Fault.At($"linux.intelRdt.schemata[{i}]", $"must be one line of a resource, a colon and values, is '{JsonPath.Printable(line)}'");
        }
    }

    private static void CheckVersion(string version, ICollection<string> warnings)
    {
        // The specification requires it; runc and crun never look.
        if (version.Length == 0) warnings.Add("ociVersion: must be given, taking 1.3.0");
        else if (!version.StartsWith("1.", StringComparison.Ordinal) || version.Length < 3 || !char.IsAsciiDigit(version[2]))
            throw Fault.At("ociVersion", $"must be a version 1.x, is '{JsonPath.Printable(version)}'");
    }

    private static void CheckNamespaces(RuntimeSpec spec)
    {
        NamespaceValidator.Check(spec.Linux);
        bool hasUts = NamespaceValidator.Find(spec.Linux, NamespaceType.Uts) is not null;
        CheckHostname(spec.Hostname, "hostname", hasUts);
        CheckHostname(spec.Domainname, "domainname", hasUts);
        if (spec.Process is { } process) NamespaceValidator.CheckUser(process.User, spec.Linux);
    }

    private static void CheckHostname(string? name, string path, bool hasUts)
    {
        if (string.IsNullOrEmpty(name)) return;
        if (!hasUts) throw Fault.At(path, "must have a uts namespace in linux.namespaces");
        if (System.Text.Encoding.UTF8.GetByteCount(name) > MaxHostname) throw Fault.At(path, $"must be at most {MaxHostname} bytes long");
        Fault.IfNul(name, path);
    }

    private static void CheckHooks(Hooks hooks)
    {
        CheckHooks(hooks.Prestart, "hooks.prestart");
        CheckHooks(hooks.CreateRuntime, "hooks.createRuntime");
        CheckHooks(hooks.CreateContainer, "hooks.createContainer");
        CheckHooks(hooks.StartContainer, "hooks.startContainer");
        CheckHooks(hooks.Poststart, "hooks.poststart");
        CheckHooks(hooks.Poststop, "hooks.poststop");
    }

    private static void CheckHooks(IReadOnlyList<Hook> hooks, string kind)
    {
        for (int i = 0; i < hooks.Count; i++)
        {
            var place = new Place(kind, i);
            Fault.UnlessAbsolute(hooks[i].Path, place, ".path");
            Fault.IfNul(hooks[i].Args, place, ".args");
            Fault.IfNul(hooks[i].Env, place, ".env");
            if (hooks[i].Timeout <= 0) throw Fault.At(place, ".timeout", "must be greater than zero");
        }
    }

    private static void CheckLinux(RuntimeSpec spec, ICollection<string> warnings)
    {
        LinuxConfig linux = spec.Linux;
        SysctlValidator.Check(spec);
        DeviceValidator.Check(linux);
        if (linux.Resources is { } resources) ValidateResources(resources);
        if (linux.Seccomp is { } seccomp) SeccompValidator.Check(seccomp, spec.Annotations, warnings);
        Fault.IfNul(linux.CgroupsPath, "linux.cgroupsPath");
        Fault.IfNul(linux.MountLabel, "linux.mountLabel");
        if (linux.RootfsPropagation is { Length: > 0 } propagation && MountOptions.ParsePropagation(propagation) == 0)
            throw Fault.At("linux.rootfsPropagation", $"must be shared, slave, private, unbindable or one of these after r, is '{JsonPath.Printable(propagation)}'");
        CheckHiddenPaths(linux);
        if (linux.Personality is { Flags.Count: > 0 }) warnings.Add("linux.personality.flags: none are defined, ignoring");
        if (linux.IntelRdt is { } rdt) ValidateIntelRdt(rdt);
        if (linux.MemoryPolicy is { } policy) ProcessValidator.CheckMemoryPolicy(policy, new Place("linux.memoryPolicy"));
    }

    private static void CheckHiddenPaths(LinuxConfig linux)
    {
        bool hasMount = NamespaceValidator.Find(linux, NamespaceType.Mount) is not null;
        if (!hasMount && linux.MaskedPaths.Count != 0) throw Fault.At("linux.maskedPaths", "must have a mount namespace in linux.namespaces");
        if (!hasMount && linux.ReadonlyPaths.Count != 0) throw Fault.At("linux.readonlyPaths", "must have a mount namespace in linux.namespaces");
        Fault.UnlessAbsolute(linux.MaskedPaths, "linux.maskedPaths");
        Fault.UnlessAbsolute(linux.ReadonlyPaths, "linux.readonlyPaths");
    }
}
