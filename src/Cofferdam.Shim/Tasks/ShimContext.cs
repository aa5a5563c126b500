using Cofferdam.Linux;
using Cofferdam.Shim.Events;

namespace Cofferdam.Shim.Tasks;

/// <summary>What all containers of a shim share.</summary>
internal sealed record ShimContext(EventLoop Loop, Workers Workers, EventPublisher Events, ShimLog Log, string Namespace);
