using System.Runtime.ExceptionServices;

namespace Cofferdam.Linux.Tests;

/// <summary>Runs code on a thread of its own, so that the namespaces, credentials and masks it changes end with it.</summary>
internal static class PrivateThread
{
    public static void Run(Action action)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Runs code in new namespaces, or skips the test where that is not allowed.</summary>
    public static void RunIn(NamespaceFlags namespaces, Action action)
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("namespaces need root");
        Run(() =>
        {
            Processes.Unshare(namespaces);
            // Nothing mounted here may reach the host.
            if (namespaces.HasFlag(NamespaceFlags.Mount)) Mounts.Mount(null, "/", null, MountFlags.Recursive | MountFlags.Private);
            action();
        });
    }
}
