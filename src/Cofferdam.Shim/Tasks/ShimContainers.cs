using System.Diagnostics.CodeAnalysis;
using Cofferdam.Api.Task.V2;

namespace Cofferdam.Shim.Tasks;

/// <summary>The containers of a shim, by id: one, or those of a pod.</summary>
internal sealed class ShimContainers
{
    private readonly ShimContext _context;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ShimContainer> _containers = [];
    private readonly HashSet<string> _inCreation = [];

    public ShimContainers(ShimContext context) => _context = context;

    /// <summary>How many there are, with those that are being created.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _containers.Count + _inCreation.Count;
        }
    }

    /// <summary>Takes an id for a container that will be created.</summary>
    public void Reserve(string id)
    {
        lock (_lock)
        {
            if (_containers.ContainsKey(id) || !_inCreation.Add(id)) throw new CofferdamException(ErrorKind.AlreadyExists, $"container '{id}': already exists");
        }
    }

    /// <summary>Creates a container whose id was reserved.</summary>
    public ShimContainer CreateReserved(CreateTaskRequest request)
    {
        try
        {
            return Failures.Describe("OCI runtime create failed", () =>
            {
                ShimContainer container = new(_context, request);
                container.Create();
                lock (_lock) _containers.Add(request.Id, container);
                return container;
            });
        }
        finally
        {
            lock (_lock) _inCreation.Remove(request.Id);
        }
    }

    public ShimContainer Find(string id) =>
        TryFind(id, out ShimContainer? container) ? container : throw new CofferdamException(ErrorKind.NotFound, ShimContainer.NotCreated);

    public bool TryFind(string id, [NotNullWhen(true)] out ShimContainer? container)
    {
        lock (_lock) return _containers.TryGetValue(id, out container);
    }

    /// <summary>Takes a container away; answers with its init, as it ended.</summary>
    public ShimProcess Delete(string id)
    {
        ShimContainer container = Find(id);
        container.Delete();
        lock (_lock) _containers.Remove(id);
        return container.Init;
    }
}
