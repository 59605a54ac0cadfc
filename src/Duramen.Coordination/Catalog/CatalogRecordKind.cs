namespace Duramen.Coordination.Catalog;

/// <summary>What a record of the catalog's log is about; the first field of its key. A number is never used again.</summary>
internal enum CatalogRecordKind : short
{
    /// <summary>A topic.</summary>
    Topic = 1,

    /// <summary>The producer ids that were given out.</summary>
    ProducerIds = 2,

    /// <summary>What was set on a broker, or on all, while they ran.</summary>
    BrokerConfigs = 3,
}
