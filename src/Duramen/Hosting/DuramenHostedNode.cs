using Microsoft.Extensions.Hosting;

namespace Duramen.Hosting;

/// <summary>Starts and stops a node with the host that it is registered in.</summary>
internal sealed class DuramenHostedNode(DuramenNodeOptions options) : IHostedService, IAsyncDisposable
{
    private DuramenNode? _node;

    public DuramenNode Node => _node ?? throw new InvalidOperationException("The node starts with the host; ask for it when the host has started.");

    public async Task StartAsync(CancellationToken cancellationToken) =>
        _node = await DuramenNode.StartAsync(options, cancellationToken).ConfigureAwait(false);

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _node?.DisposeAsync() ?? ValueTask.CompletedTask;
}
