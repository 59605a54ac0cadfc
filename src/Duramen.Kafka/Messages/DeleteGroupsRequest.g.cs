// Generated from Schema/DeleteGroups.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that deletes groups that have no members.</summary>
public sealed class DeleteGroupsRequest : IKafkaRequest<DeleteGroupsRequest, DeleteGroupsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DeleteGroups;

    /// <summary>The ids of the groups.</summary>
    public List<string> GroupIds { get; set; } = [];

    /// <inheritdoc/>
    public static DeleteGroupsRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DeleteGroupsRequest", version, min: 0, max: 2, flexible: 2);
        var message = new DeleteGroupsRequest();
        reader.ReadStrings(message.GroupIds, "GroupIds");
        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("DeleteGroupsRequest", version, min: 0, max: 2, flexible: 2);
        writer.WriteStrings(GroupIds, "GroupIds");
        writer.WriteNoTags();
    }
}
