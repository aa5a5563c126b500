using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>An init whose whole plan is to make a user namespace and wait, until its namespace has been taken.</summary>
internal sealed class UserNamespaceHolder : IDisposable
{
    private readonly InitProcess _process;

    private UserNamespaceHolder(InitProcess process) => _process = process;

    public int Pid => _process.Pid;

    public static UserNamespaceHolder Start()
    {
        var plan = new PlanBuilder();
        plan.Add(InitOp.Unshare, "", "make a user namespace", Operand.Of("flags", Abi.CLONE_NEWUSER));
        plan.Add(InitOp.Synchronize, "", "wait", Operand.Of("point", (long)SyncPoint.UserNamespace));
        var launch = new LaunchPlan { CloneFlags = 0, Steps = plan.Steps, Arguments = [], Environment = [] };
        var holder = new UserNamespaceHolder(InitProcess.Start(launch, new InitProcessOptions()));
        try
        {
            while (holder._process.Receive(out InitMessage message, out _))
            {
                if (message.Kind == InitMessageKind.AtPoint) return holder;
                if (message.Kind == InitMessageKind.Failed) throw new LinuxException("unshare", (Errno)message.Errno, "user namespace");
            }
            throw new CofferdamException(ErrorKind.Internal, "making a user namespace for an id map: init ended");
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
