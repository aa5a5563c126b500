using System.Text;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Id maps of user namespaces (user_namespaces(7)).</summary>
internal static class IdMaps
{
    /// <summary>
    /// Writes the maps of the process that has just made its user namespace. Without privileges a single own id goes in
    /// directly, after setgroups is denied; ranges need newuidmap(1) and newgidmap(1), which check /etc/subuid and /etc/subgid.
    /// </summary>
    public static void Write(int pid, LinuxConfig config, bool rootless)
    {
        if (rootless)
        {
            bool ownGid = IsOwn(config.GidMappings, Processes.EffectiveGid);
            if (ownGid)
            {
                // newgidmap(1) allows setgroups again where it may; a map written directly requires it to be denied first.
                WriteFile(pid, "setgroups", "deny", "linux.gidMappings");
                WriteFile(pid, "gid_map", Format(config.GidMappings), "linux.gidMappings");
            }
            else
            {
                RunHelper("newgidmap", pid, config.GidMappings, "linux.gidMappings");
            }
            if (IsOwn(config.UidMappings, Processes.EffectiveUid))
                WriteFile(pid, "uid_map", Format(config.UidMappings), "linux.uidMappings");
            else RunHelper("newuidmap", pid, config.UidMappings, "linux.uidMappings");
            return;
        }
        WriteFile(pid, "uid_map", Format(config.UidMappings), "linux.uidMappings");
        WriteFile(pid, "gid_map", Format(config.GidMappings), "linux.gidMappings");
    }

    /// <summary>A user namespace with these maps and no process in it: what an id-mapped mount wants (mount_setattr(2)).</summary>
    public static OwnedFd MakeUserNamespace(IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids)
    {
        using UserNamespaceHolder holder = UserNamespaceHolder.Start();
        WriteFile(holder.Pid, "uid_map", Format(uids), "uidMappings");
        WriteFile(holder.Pid, "gid_map", Format(gids), "gidMappings");
        return Files.Open($"/proc/{holder.Pid}/ns/user", OpenFlags.ReadOnly);
    }

    private static bool IsOwn(IReadOnlyList<IdMapping> maps, uint own) => maps is [{ Size: 1 } only] && only.HostId == own;

    private static void WriteFile(int pid, string file, string content, string field)
    {
        try
        {
            Files.Write($"/proc/{pid}/{file}", content);
        }
        catch (LinuxException exception)
        {
            string hint = exception.Errno switch
            {
                Errno.EPERM => " (hint: mapping more than the own id needs privileges, or newuidmap and newgidmap)",
                Errno.EINVAL => " (hint: at most 340 lines, without overlaps, and all host ids mapped here)",
                _ => "",
            };
            throw new CofferdamException(ErrorKind.InvalidArgument, $"{field}: {exception.Message}{hint}", exception);
        }
    }

    private static string Format(IReadOnlyList<IdMapping> maps)
    {
        var text = new StringBuilder();
        foreach (IdMapping map in maps) text.Append(map.ContainerId).Append(' ').Append(map.HostId).Append(' ').Append(map.Size).Append('\n');
        return text.ToString();
    }

    private static void RunHelper(string name, int pid, IReadOnlyList<IdMapping> maps, string field)
    {
        string path = FindHelper(name) ?? throw new CofferdamException(ErrorKind.FailedPrecondition,
            $"{field}: mapping more than the own id: '{name}' not found (hint: install the package uidmap)");
        List<string> arguments = [name, pid.ToString()];
        foreach (IdMapping map in maps)
        {
            arguments.Add(map.ContainerId.ToString());
            arguments.Add(map.HostId.ToString());
            arguments.Add(map.Size.ToString());
        }
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        {
            ChildProcess child;
            using (write)
                child = ChildProcess.Start(new ChildStart { Path = path, Arguments = arguments, StandardOutput = write, StandardError = write });
            string output = Encoding.UTF8.GetString(Files.ReadAll(read, 64 * 1024)).Trim();
            ExitStatus? status = child.Wait();
            child.Dispose();
            if (status is { Code: 0, Signal: 0 }) return;
            throw new CofferdamException(ErrorKind.InvalidArgument, $"{field}: running '{path}': {output}");
        }
    }

    public static string? FindHelper(string name)
    {
        foreach (string directory in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':'))
        {
            string path = directory + "/" + name;
            if (directory.Length > 0 && Files.IsExecutable(path)) return path;
        }
        return null;
    }
}
