using Microsoft.Extensions.Hosting;

namespace Duramen.Hosting;

/// <summary>
/// The node of a host: started before the host's other services and stopped after them, so that they can use it for as long as they run. A service may
/// ask for this in its constructor, and for the node from its own start on.
/// </summary>
public sealed class DuramenHostedNode : IHostedLifecycleService, IAsyncDisposable
{
    private readonly DuramenNodeOptions _options;
    private DuramenNode? _node;

    internal DuramenHostedNode(DuramenNodeOptions options) => _options = options;

    /// <summary>The node.</summary>
    /// <exception cref="InvalidOperationException">The host has not started it yet.</exception>
    public DuramenNode Node => _node ?? throw new InvalidOperationException(
        "The node starts with the host and is not there before. Ask for it when a service starts, or in ExecuteAsync, rather than in a constructor.");

    /// <summary>Stops the node where the host did not, as when another service failed to start.</summary>
    public ValueTask DisposeAsync() => _node?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) =>
        _node = await DuramenNode.StartAsync(_options, cancellationToken).ConfigureAwait(false);

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
