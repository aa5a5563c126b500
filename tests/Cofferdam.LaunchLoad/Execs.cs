using Cofferdam.Containers;
using Cofferdam.Linux;

namespace Cofferdam.LaunchLoad;

/// <summary>Runs processes in one container, through the library.</summary>
internal sealed class Execs : ILaunches
{
    private readonly Container _container;

    public Execs(Settings settings) =>
        _container = Container.Run(settings.Root, new ContainerId($"{settings.Name}-e"), new CreateOptions { Bundle = settings.Bundle });

    public ExitStatus Launch(int number)
    {
        using ContainerProcess process = _container.Exec(new ExecOptions
        {
            Process = _container.Spec.Process! with { Args = ["/bin/true"] },
        });
        return process.Wait();
    }

    public void Dispose()
    {
        _container.Delete(force: true);
        _container.Dispose();
    }
}
