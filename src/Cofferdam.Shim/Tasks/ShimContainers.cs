using System.Diagnostics.CodeAnalysis;
using Cofferdam.Api.Task.V2;

namespace Cofferdam.Shim.Tasks;

/// <summary>The containers of a shim, by id: one, or those of a pod.</summary>
internal sealed class ShimContainers
{
    private readonly ShimContext _context;
    private readonly Lock _lock = new();
    private readonly Action _leave;
    private readonly Dictionary<string, ShimContainer> _containers = [];
    private readonly Dictionary<string, ManualResetEventSlim> _inCreation = [];
    private bool _isLeaving;

    /// <param name="context">What the containers share.</param>
    /// <param name="leave">Ends the shim; on the loop's thread.</param>
    public ShimContainers(ShimContext context, Action leave)
    {
        _context = context;
        _leave = leave;
    }

    /// <summary>Takes an id for a container that will be created.</summary>
    public void Reserve(string id)
    {
        lock (_lock)
        {
            if (_containers.ContainsKey(id) || _inCreation.ContainsKey(id)) throw new CofferdamException(ErrorKind.AlreadyExists, $"container '{id}': already exists");
            _inCreation.Add(id, new ManualResetEventSlim());
            // Whoever creates will ask for the end of the shim in its turn.
            _isLeaving = false;
        }
    }

    /// <summary>Creates a container whose id was reserved.</summary>
    public ShimContainer CreateReserved(CreateTaskRequest request)
    {
        try
        {
            ShimContainer container = new(_context, request);
            return Failures.Describe("OCI runtime create failed", () =>
            {
                container.Create();
                lock (_lock) _containers.Add(request.Id, container);
                return container;
            });
        }
        finally
        {
            EndCreation(request.Id);
        }
    }

    public ShimContainer Find(string id) =>
        TryFind(id, out ShimContainer? container) ? container : throw new CofferdamException(ErrorKind.NotFound, ShimContainer.NotCreated);

    public bool TryFind(string id, [NotNullWhen(true)] out ShimContainer? container)
    {
        lock (_lock) return _containers.TryGetValue(id, out container);
    }

    /// <summary>
    /// Takes a container away; answers with its init, as it ended. One that is being created is waited for: a client that has
    /// given up its create deletes then, and must not be told that there is nothing.
    /// </summary>
    public ShimProcess Delete(string id)
    {
        AwaitCreation(id);
        ShimContainer container = Find(id);
        container.Delete();
        lock (_lock) _containers.Remove(id);
        LeaveIfAsked();
        return container.Init;
    }

    /// <summary>
    /// Ends the shim unless it has containers: that of a pod serves until the last one is deleted. If all that it has is a
    /// create that is under way, it ends when nothing has come of it. On the loop's thread.
    /// </summary>
    public void Shutdown()
    {
        lock (_lock)
        {
            if (_containers.Count > 0) return;
            _isLeaving = true;
            if (_inCreation.Count > 0) return;
        }

        _leave();
    }

    private void AwaitCreation(string id)
    {
        ManualResetEventSlim? created;
        lock (_lock) created = _inCreation.GetValueOrDefault(id);
        created?.Wait();
    }

    // The event is left to the collector: somebody may wait for it still.
    private void EndCreation(string id)
    {
        lock (_lock)
        {
            _inCreation.Remove(id, out ManualResetEventSlim? created);
            created!.Set();
        }

        LeaveIfAsked();
    }

    private void LeaveIfAsked() => _context.Loop.Post(() =>
    {
        bool isOver;
        lock (_lock) isOver = _isLeaving && _containers.Count + _inCreation.Count == 0;
        if (isOver) _leave();
    });
}
