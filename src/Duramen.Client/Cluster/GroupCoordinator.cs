using Duramen.Kafka;

namespace Duramen.Client.Cluster;

/// <summary>Which broker coordinates a group: asked for when it is not known, and again when that one is gone or coordinates it no more. Safe to call from any thread.</summary>
internal sealed class GroupCoordinator(KafkaClient client, string group)
{
    private const int Unknown = -1;

    private volatile int _broker = Unknown;

    /// <summary>The broker.</summary>
    /// <exception cref="ClientException">As <see cref="KafkaClient.FindCoordinatorAsync"/>.</exception>
    public async Task<int> GetAsync(CancellationToken cancellationToken)
    {
        int broker = _broker;
        if (broker == Unknown)
        {
            broker = await client.FindCoordinatorAsync(group, cancellationToken).ConfigureAwait(false);
            _broker = broker;
        }

        return broker;
    }

    /// <summary>Takes in how a request to the broker failed: it may be gone, or know nothing of the group.</summary>
    public void Forget(ClientException error)
    {
        if (error.Error is KafkaError.None or KafkaError.NotCoordinator or KafkaError.CoordinatorNotAvailable)
        {
            _broker = Unknown;
        }
    }

    /// <summary>Asks the broker, and whichever takes its place, for as long as an operation may take.</summary>
    public Task<T> AskAsync<T>(Func<int, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) => client.RetryAsync(
        async token =>
        {
            try
            {
                return await ask(await GetAsync(token).ConfigureAwait(false), token).ConfigureAwait(false);
            }
            catch (ClientException error)
            {
                Forget(error);
                throw;
            }
        },
        cancellationToken);
}
