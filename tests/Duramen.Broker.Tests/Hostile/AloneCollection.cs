namespace Duramen.Broker.Tests.Hostile;

[CollectionDefinition(nameof(DecompressionBombTests), DisableParallelization = true)]
public sealed class AloneCollection;
