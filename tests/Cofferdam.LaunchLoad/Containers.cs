using Cofferdam.Containers;
using Cofferdam.Linux;

namespace Cofferdam.LaunchLoad;

/// <summary>Creates, starts and deletes containers through the library, every other one by run.</summary>
internal sealed class Containers(Settings settings) : ILaunches
{
    public ExitStatus Launch(int number)
    {
        var id = new ContainerId($"{settings.Name}-l{number}");
        var options = new CreateOptions { Bundle = settings.Bundle };
        bool atOnce = number % 2 == 0;
        using Container container = atOnce ? Container.Run(settings.Root, id, options) : Container.Create(settings.Root, id, options);
        try
        {
            if (!atOnce) container.Start();
            return container.Init.Wait();
        }
        finally
        {
            container.Delete(force: true);
        }
    }

    public void Dispose()
    {
    }
}
